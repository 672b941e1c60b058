// The project as a compose file: a container a service, on a network of their own.
import type { Dependency, ServiceSpec } from '../spec.ts';
import { checkCommand } from './check-command.ts';
import { type Container, createContainers, joinPath } from './container.ts';
import { engineDuration } from './engine-duration.ts';
import { engineName } from './engine-name.ts';
import type { Exported, ExportRequest, Loss } from './exported.ts';
import { writeImageFiles, writeSecretsFile } from './image-files.ts';
import { type FeatureKey, findDisabledDependencies, findLosses } from './losses.ts';
import { findNameClashes } from './name-clashes.ts';
import { omitEmpty } from './omit-empty.ts';
import { secretVariable } from './secret-variable.ts';
import { yamlText } from './yaml-text.ts';

const CARRIED: readonly FeatureKey[] = ['profiles', 'restart.max_attempts', 'hooks.pre_stop', 'hooks.post_ready', 'enabled', 'instances'];
const CONDITIONS: Readonly<Record<Dependency['condition'], string>> = {
  started: 'service_started',
  ready: 'service_healthy',
  completed: 'service_completed_successfully',
};

export function exportCompose(request: ExportRequest): Exported {
  const { project } = request;
  const { containers, losses } = createContainers(request, (service) => engineName(service));
  const told: Loss[] = [
    ...losses,
    ...findLosses(project, CARRIED),
    ...findDisabledDependencies(project),
    ...findNameClashes(project, 'unnamed'),
  ];
  const services = Object.fromEntries(containers.map((container) => [container.name, writeService(container, containers, request, told)]));
  const volumes = Object.fromEntries(containers.flatMap(({ name, stateDir }) => (stateDir === null ? [] : [[volumeName(name), {}]])));
  const file = { name: engineName(project.name), services, ...(Object.keys(volumes).length > 0 ? { volumes } : {}) };
  return {
    files: {
      'compose.yaml': `# Made by \`omniroute export compose\`. Secrets are taken from the environment, or from a file .env beside this one.
${yamlText(file)}`,
      ...writeImageFiles(containers, request),
      ...writeSecretsFile('.env.example', containers),
    },
    losses: told,
  };
}

function writeService(container: Container, all: readonly Container[], request: ExportRequest, losses: Loss[]): object {
  const { service, secretNames, env, workingDir, stateDir, dockerfile } = container;
  const environment = {
    ...mapValues(env, escape),
    ...Object.fromEntries(secretNames.map((name) => [name, `\${${secretVariable(name)}:?is a secret}`])),
  };
  if (service.hooks.post_ready !== undefined && service.readiness !== null)
    losses.push({
      service: service.name,
      key: 'hooks.post_ready',
      message: 'it runs as soon as the container has started there, ready or not',
    });
  const ports = Object.values(service.ports).map((port) => `127.0.0.1:${port}:${port}`);
  return omitEmpty({
    image: container.image,
    build: dockerfile === null ? undefined : { context: request.projectPath, dockerfile: joinPath(request.exportPath, dockerfile) },
    command: container.args.map(escape),
    working_dir: workingDir,
    environment,
    ports,
    volumes: stateDir === null ? [] : [`${volumeName(container.name)}:${stateDir}`],
    depends_on: Object.fromEntries(
      Object.entries(service.dependsOn).map(([name, { condition }]) => [
        engineName(name),
        // Without a profile that is active it is not there, and compose refuses the whole file.
        {
          condition: conditionOf(name, condition, all),
          ...(profilesOf(request.project.services[name]).length > 0 ? { required: false } : {}),
        },
      ]),
    ),
    healthcheck: writeHealthcheck(container, losses),
    restart: restartOf(service),
    scale: service.instances?.count,
    stop_signal: service.stop.signal === 'SIGTERM' ? undefined : service.stop.signal,
    stop_grace_period: engineDuration(service.stop.gracePeriodMs),
    mem_limit: service.memory.hardBytes === null ? undefined : `${service.memory.hardBytes}b`,
    profiles: profilesOf(service),
    post_start: hookOf(service, 'post_ready'),
    pre_stop: hookOf(service, 'pre_stop'),
    init: true,
  });
}

function profilesOf(service: ServiceSpec | undefined): readonly string[] {
  return service === undefined ? [] : [...service.profiles, ...(service.enabled ? [] : ['disabled'])];
}

/** `ready` needs a check; without one, a container that is started is all that can be waited for. */
function conditionOf(name: string, condition: Dependency['condition'], all: readonly Container[]): string {
  const target = all.find(({ service }) => service.name === name);
  return CONDITIONS[condition === 'ready' && (target?.service.readiness?.probes.length ?? 0) === 0 ? 'started' : condition];
}

function writeHealthcheck({ service, dockerfile }: Container, losses: Loss[]): object | undefined {
  const { readiness } = service;
  const [probe, ...others] = readiness?.probes ?? [];
  if (!readiness || !probe) return undefined;
  if (others.length > 0)
    losses.push({ service: service.name, key: 'readiness', message: `of ${others.length + 1} checks only the first is made there` });
  return omitEmpty({
    test: ['CMD', ...checkCommand(probe, dockerfile === null ? 'any' : 'node').map(escape)],
    interval: engineDuration(Math.max(readiness.periodMs, 1000)),
    timeout: engineDuration(readiness.timeoutMs),
    retries: readiness.failureThreshold,
    start_period: readiness.startTimeoutMs === null ? undefined : engineDuration(readiness.startTimeoutMs),
  });
}

function restartOf({ restart, type }: ServiceSpec): string {
  if (restart.policy === 'never') return 'no';
  if (restart.policy === 'always' && type === 'service') return 'unless-stopped';
  return restart.maxAttempts === null ? 'on-failure' : `on-failure:${restart.maxAttempts}`;
}

function hookOf({ hooks }: ServiceSpec, name: 'post_ready' | 'pre_stop'): object[] {
  const hook = hooks[name];
  return hook === undefined ? [] : [{ command: hook.command.map(escape) }];
}

function volumeName(name: string): string {
  return `state-${name}`;
}

/** A `$` of the text is no variable of compose. */
function escape(text: string): string {
  return text.replaceAll('$', () => '$$');
}

function mapValues(record: Readonly<Record<string, string>>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
