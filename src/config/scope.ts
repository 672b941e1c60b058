// What `${...}` may name, read from a tree that nothing has checked yet.
import { basename, dirname, join } from 'node:path';
import { interpolate, type Scope } from './interpolate.ts';
import { resolvePath } from './paths.ts';
import { Problems } from './problems.ts';
import { child, descend, entriesOf, type MapNode, type ScalarNode, stringOf, type Tree } from './tree.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ScopeOptions {
  readonly mainFile: string;
  readonly env: Environment;
  readonly home: string;
  /** `service.port` → number. */
  readonly autoPorts: Readonly<Record<string, number>>;
}

export function createScope(root: MapNode, { mainFile, env, home, autoPorts }: ScopeOptions): Scope {
  const dir = dirname(mainFile);
  const bare: Scope = {
    env,
    project: { name: sanitizeName(basename(dir)), dir, stateDir: '' },
    ports: new Map(),
    outputs: new Map(),
    onRequest: new Set(),
  };
  const name = readText(child(root, 'name'), bare) ?? bare.project.name;
  const named = { ...bare, project: { ...bare.project, name } };
  const stateNode = child(root, 'state_dir');
  const stateText = readText(stateNode, named);
  const stateDir = stateNode && stateText ? resolvePath(stateText, stateNode.span, home) : join(dir, '.omniroute');
  const services = entriesOf(child(root, 'services'));
  return {
    env,
    project: { name, dir, stateDir },
    ports: new Map(services.map(([service, { node }]) => [service, readPorts(service, child(node, 'ports'), named, autoPorts)])),
    outputs: new Map(services.map(([service, { node }]) => [service, entriesOf(child(node, 'outputs')).map(([output]) => output)])),
    onRequest: findOnRequest(root),
  };
}

/** A folder's name as the name of a project. */
function sanitizeName(folder: string): string {
  return (
    folder
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
      .slice(0, 64) || 'project'
  );
}

// What is wrong with these strings is told when the whole tree is interpolated.
function settle(node: ScalarNode, scope: Scope): ScalarNode {
  return interpolate(node, [], scope, new Problems());
}

function readText(node: Tree | undefined, scope: Scope): string | null {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '' ? settle(node, scope).text : null;
}

function readPorts(
  service: string,
  ports: Tree | undefined,
  scope: Scope,
  autoPorts: ScopeOptions['autoPorts'],
): Map<string, number | null> {
  const known = new Map<string, number | null>();
  for (const [name, { node }] of entriesOf(ports)) {
    const value = node.kind === 'scalar' ? settle(node, scope).value : null;
    const key = `${service}.${name}`;
    known.set(name, typeof value === 'number' ? value : Object.hasOwn(autoPorts, key) ? (autoPorts[key] as number) : null);
  }
  return known;
}

/** Services of a profile, and disabled ones: they start only when asked for. */
function findOnRequest(root: MapNode): Set<string> {
  const members = entriesOf(child(root, 'profiles')).flatMap(([, { node }]) => (node.kind === 'list' ? node.items.map(stringOf) : []));
  const disabled = entriesOf(child(root, 'services')).filter(([, { node }]) => {
    const enabled = descend(node, ['enabled']);
    return enabled?.kind === 'scalar' && enabled.value === false;
  });
  return new Set([...members.filter((name) => name !== null), ...disabled.map(([name]) => name)]);
}
