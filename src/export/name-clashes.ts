// What has two names here and one there would silently take the other's place.
import type { ProjectSpec } from '../spec.ts';
import { engineName } from './engine-name.ts';
import type { Loss } from './exported.ts';

interface Named {
  readonly service: string;
  readonly key: string;
  readonly shown: string;
  readonly name: string;
}

/** `ports`: whether they are known by name there. */
export function findNameClashes({ services }: ProjectSpec, ports: 'named' | 'unnamed'): Loss[] {
  const all = Object.values(services);
  const ofServices = all.map(({ name }) => ({ service: name, key: 'command', shown: name, name: engineName(name) }));
  const ofPorts = all.flatMap((service) =>
    Object.keys(service.ports).map((port) => ({
      service: service.name,
      key: `ports.${port}`,
      shown: `${service.name}.ports.${port}`,
      name: portName(engineName(service.name), port),
    })),
  );
  const losses = clashes(ofServices);
  return losses.length > 0 || ports === 'unnamed' ? losses : clashes(ofPorts);
}

/** Of a service by its name there. */
export function portName(service: string, port: string): string {
  return engineName(`${service}-${port}`);
}

function clashes(named: readonly Named[]): Loss[] {
  return named.flatMap(({ service, key, shown, name }, index): Loss[] => {
    const before = named.slice(0, index).find((each) => each.name === name);
    if (before === undefined) return [];
    const message = `there \`${shown}\` has the same name as \`${before.shown}\`, which is \`${name}\``;
    return [{ service, key, message, hint: 'give it a name that differs in more than signs and capitals', isFatal: true }];
  });
}
