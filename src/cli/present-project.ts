import { maskEnv } from '../config/secret.ts';
import { fillOutputs, type ProjectSpec, type ServiceSpec } from '../spec.ts';

/** The resolved project as `config` prints it: secrets masked, and values that only a running service knows by their names. */
export function presentProject(project: ProjectSpec, options: { readonly reveal: boolean }): ProjectSpec {
  const services = Object.entries(project.services).map(([name, service]) => [name, presentService(service, options.reveal)]);
  return nameOutputs({ ...project, services: Object.fromEntries(services) }) as ProjectSpec;
}

function presentService(service: ServiceSpec, reveal: boolean): ServiceSpec {
  return reveal ? service : { ...service, env: maskEnv(service.env) };
}

function nameOutputs(value: unknown): unknown {
  if (typeof value === 'string') return fillOutputs(value, ({ service, output }) => `\${services.${service}.outputs.${output}}`);
  if (Array.isArray(value)) return value.map(nameOutputs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, nameOutputs(each)]));
}
