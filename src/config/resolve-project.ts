import type { Group, ProjectSpec, ServiceSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import type { EnvironmentFiles } from './environment-files.ts';
import type { FilledProjectFile, FilledServiceFile } from './filled-file.ts';
import type { Scope } from './interpolate.ts';
import { resolveNotification } from './resolve-notification.ts';
import { resolveService } from './resolve-service.ts';
import { descend, type MapNode } from './tree.ts';

export interface ResolveInput {
  readonly root: MapNode;
  readonly file: FilledProjectFile;
  /** Left out of the result. */
  readonly broken: ReadonlySet<string>;
  readonly scope: Scope;
  readonly envFiles: EnvironmentFiles;
  /** Of the project's own env files. */
  readonly fileEnv: Readonly<Record<string, string>>;
}

/** The spec; services with mistakes are missing from it, and the mistakes told. */
export function resolveProject(input: ResolveInput, at: Cursor): ProjectSpec {
  const { file, scope } = input;
  const projectEnv = { ...file.env, ...input.fileEnv };
  const typeOf = (name: string) => {
    const target: unknown = Object.hasOwn(file.services, name) ? file.services[name] : null;
    return isService(target) ? { isJob: target.type === 'job', hasReadiness: target.readiness !== undefined } : null;
  };
  const services = Object.entries(file.services).flatMap(([name, service]): [string, ServiceSpec][] => {
    if (input.broken.has(name)) return [];
    const fromFiles = input.envFiles.load(descend(input.root, ['services', name, 'env_file']), name, scope.onRequest.has(name));
    const env = checkEnv({ ...projectEnv, ...fromFiles, ...service.env }, at.in('services', name, 'env'));
    const around = {
      projectDir: scope.project.dir,
      stateDir: scope.project.stateDir,
      profiles: file.profiles,
      ports: scope.ports.get(name) ?? new Map(),
      env,
      group: groupOf(name, file.groups),
      typeOf,
    };
    const spec = resolveService(name, service, at.in('services', name), around);
    return spec ? [[name, spec]] : [];
  });
  const { reload, logs } = file;
  return {
    ...scope.project,
    reload: { watch: reload.watch, settleMs: at.in('reload', 'settle').durationMs(reload.settle), onFailure: reload.on_failure },
    logs: {
      maxSizeBytes: at.in('logs', 'max_size').sizeBytes(logs.max_size),
      keep: logs.keep,
      maxLineBytes: at.in('logs', 'max_line').sizeBytes(logs.max_line),
    },
    profiles: file.profiles,
    notifications: file.notifications.flatMap((each, index) => resolveNotification(each, at.in('notifications', index)) ?? []),
    contain: file.contain,
    onSupervisorDeath: file.on_supervisor_death,
    services: Object.fromEntries(services),
  };
}

function groupOf(service: string, groups: FilledProjectFile['groups']): Group | null {
  const found = Object.entries(groups).find(([, { services }]) => services.includes(service));
  return found === undefined ? null : { name: found[0], strategy: found[1].strategy, members: found[1].services };
}

function isService(value: unknown): value is FilledServiceFile {
  return typeof value === 'object' && value !== null;
}

// A NUL ends a string for the operating system; in our own markers of outputs it is replaced before that.
function checkEnv(env: Record<string, string>, at: Cursor): Record<string, string> {
  for (const [name, value] of Object.entries(env)) {
    if (!value.replace(/\0[^\0]+\0[^\0]+\0/g, '').includes('\0')) continue;
    at.in(name).report({ code: 'bad-value', message: `the value of \`${name}\` holds a NUL, which no variable can` });
  }
  return env;
}
