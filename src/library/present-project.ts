import type { LoadedProject } from '../config/load.ts';
import { maskEnv, maskSecrets } from '../config/secret.ts';
import type { NotificationSpec } from '../notification-spec.ts';
import { fillOutputs } from '../output-ref.ts';
import type { ProjectSpec, ServiceSpec } from '../spec.ts';

/** The resolved project as `config` prints it: secrets masked, and values that only a running service knows by their names. */
export function presentProject(
  { project, secrets }: Pick<LoadedProject, 'project' | 'secrets'>,
  options: { readonly reveal: boolean },
): ProjectSpec {
  const services = Object.entries(project.services).map(([name, service]) => [name, presentService(service, options.reveal)]);
  const notifications = options.reveal ? project.notifications : project.notifications.map(maskNotification);
  const presented = { ...project, notifications, services: Object.fromEntries(services) };
  return mapTexts(presented, (text) => nameOutputs(options.reveal ? text : maskSecrets(text, secrets))) as ProjectSpec;
}

function presentService(service: ServiceSpec, reveal: boolean): ServiceSpec {
  return reveal ? service : { ...service, env: maskEnv(service.env) };
}

/** The address of a webhook is often the very secret: of its path and query nothing is shown. */
function maskNotification(notification: NotificationSpec): NotificationSpec {
  const { target } = notification;
  if (target.type !== 'webhook') return notification;
  const { origin, pathname, search } = new URL(target.url);
  const url = pathname === '/' && search === '' ? origin : `${origin}/***`;
  return { ...notification, target: { ...target, url, headers: maskEnv(target.headers) } };
}

function nameOutputs(text: string): string {
  return fillOutputs(text, ({ service, output }) => `\${services.${service}.outputs.${output}}`);
}

function mapTexts(value: unknown, present: (text: string) => string): unknown {
  if (typeof value === 'string') return present(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, present));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, present)]));
}
