// One service of a compose file, where it says what to run.
import type { DependencyFile, EnvFileSource, ServiceFile } from '../../config/file.ts';
import { splitWords } from '../../config/words.ts';
import type { Wait } from '../dependencies.ts';
import type { Draft, DraftService } from '../draft.ts';
import { readEnvironment } from '../environment.ts';
import { type Field, meaningless, type Rules, without } from '../field.ts';
import { readGoDuration, readSize } from '../quantity.ts';
import { assign, wrap } from '../service-keys.ts';
import { parseSignal } from '../signals.ts';
import { translateVariables } from '../variables.ts';
import { readHealthcheck } from './healthcheck.ts';
import { tellHostNames } from './host-names.ts';
import { addPorts } from './ports.ts';

/** What is gathered from all services before any of them can be finished. */
export interface Others {
  readonly names: readonly string[];
  readonly waits: Wait[];
}

export function addService(service: Field, draft: Draft, others: Others): void {
  const command = ['entrypoint', 'command'].flatMap((name) => {
    const field = service.field(name);
    return field === undefined ? [] : readWords(field);
  });
  if (command.length === 0 || (service.field('image') && !service.field('build'))) return leaveOut(service, draft);
  const added = draft.add(service.name, service.key);
  const own = service.of(added.name);
  added.keys.command = command;
  own.follow(rulesOf(added, draft, own, others), 'a service of compose');
  // Nothing is restarted there that does not say so.
  added.keys.restart ??= 'never';
  const [field, count] = readScale(own);
  if (count === 0) added.keys.enabled = false;
  else if (field && count > 1) draft.replicate(added, service.name, { count, variable: 'REPLICA' });
}

/** What only an image knows how to run stays where it is. */
function leaveOut(service: Field, draft: Draft): void {
  const image = service.field('image');
  draft.alias(service.name, []);
  if (image)
    service.lost(
      `it runs the image \`${image.text()}\`, and omniroute runs programs`,
      'leave it to compose, or name the program in a service',
    );
  else service.lost('it does not say what to run: its command is in an image that is built', 'write `command` and import again');
}

function readWords(field: Field): string[] {
  if (field.node.kind === 'list') return field.items().flatMap((item) => translate(item) ?? []);
  const words = splitWords(field.text() ?? '');
  if (words === null) return field.wrong('has a quote that is never closed') ?? [];
  return words.map((word) => translateVariables(word, field));
}

function translate(field: Field): string | undefined {
  const text = field.text();
  return text === undefined ? undefined : translateVariables(text, field);
}

function readScale(service: Field): [Field | undefined, number] {
  const field = service.field('scale') ?? service.field('deploy')?.field('replicas');
  return [field, field?.number() ?? 1];
}

const CONTAINER_KEYS =
  'annotations attach blkio_config cap_add cap_drop cgroup cgroup_parent configs container_name cpu_count cpu_percent cpu_shares cpu_quota cpu_period cpu_rt_period cpu_rt_runtime cpus cpuset credential_spec device_cgroup_rules devices dns dns_opt dns_search domainname extra_hosts external_links gpus group_add hostname image ipc isolation label_file labels links logging mac_address mem_reservation mem_swappiness memswap_limit models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform privileged provider pull_policy pull_refresh_after read_only runtime secrets security_opt shm_size stdin_open storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from'.split(
    ' ',
  );
const OF_CONTAINERS = without('it is of a container, and the service runs on this machine itself');

function rulesOf(service: DraftService, draft: Draft, own: Field, { names, waits }: Others): Rules {
  const { keys } = service;
  return {
    ...Object.fromEntries(CONTAINER_KEYS.map((name) => [name, OF_CONTAINERS])),
    ...Object.fromEntries(['command', 'entrypoint', 'scale', 'init'].map((name) => [name, meaningless])),
    build: (field) => {
      keys.cwd = (field.node.kind === 'map' ? field.field('context')?.text() : field.text()) ?? '.';
      field.changed(`no image is built: the command runs in \`${keys.cwd}\``, 'build there what the Dockerfile builds');
    },
    working_dir: (field) => {
      if (own.field('build')) field.lost('it is a folder of the image', `the command runs in \`${keys.cwd ?? '.'}\``);
      else assign(keys, 'cwd', translate(field));
    },
    environment: (field) => {
      assign(keys, 'env', readEnvironment(field, translateVariables));
      tellHostNames(field, names);
    },
    env_file: (field) => assign(keys, 'env_file', readEnvFiles(field)),
    ports: (field) => addPorts(field, service, draft),
    expose: (field) => addPorts(field, service, draft),
    depends_on: (field) => waits.push(...readDependencies(field, own)),
    healthcheck: (field) => readHealthcheck(field, keys),
    restart: (field) => readRestart(field, keys),
    stop_signal: (field) => {
      const signal = parseSignal(field.text() ?? '');
      if (signal) keys.stop = { ...keys.stop, signal };
      else field.wrong('must be the name of a signal');
    },
    stop_grace_period: (field) => assign(keys, 'stop', { ...keys.stop, ...wrap('grace_period', readGoDuration(field)) }),
    mem_limit: (field) => assign(keys, 'memory', wrap('hard', readSize(field))),
    profiles: (field) => {
      for (const profile of field.texts()) draft.addToProfile(profile, own.name);
    },
    deploy: (field) => readDeploy(field, keys),
    develop: without('how a container follows the sources', '`watch: {paths: […]}` restarts the service'),
    extends: without('write out what it takes from there'),
    post_start: (field) => readHook(field, keys, 'post_ready'),
    pre_stop: (field) => readHook(field, keys, 'pre_stop'),
  };
}

function readEnvFiles(field: Field): ServiceFile['env_file'] {
  const items = field.node.kind === 'list' ? field.items() : [field];
  return items.flatMap((item): EnvFileSource[] => {
    if (item.node.kind !== 'map') return [translate(item) ?? []].flat();
    const path = item.field('path');
    const text = path && translate(path);
    if (!text) return item.wrong('needs a `path`') ?? [];
    item.field('format')?.lost('there is one format of such files');
    return item.field('required')?.flag() === false ? [{ path: text, required: false }] : [text];
  });
}

const CONDITIONS: Readonly<Record<string, DependencyFile['condition']>> = {
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'completed',
};

function readDependencies(field: Field, service: Field): Wait[] {
  if (field.node.kind !== 'map')
    return field
      .items()
      .map((item) => ({ service: service.name, target: item.text() ?? '', dependency: { condition: 'started' }, field: item }));
  return field.fields().map((target) => {
    const given = target.field('condition');
    const condition = CONDITIONS[given?.text() ?? 'service_started'];
    if (condition === undefined) given?.wrong(`must be one of ${Object.keys(CONDITIONS).join(', ')}`);
    const restart = target.field('restart')?.flag() ? { restart: 'on-update' as const } : {};
    const required = target.field('required');
    if (required?.flag() === false) required.lost('a dependency is always needed', `take \`${target.name}\` out where it is not`);
    return { service: service.name, target: target.name, dependency: { condition: condition ?? 'started', ...restart }, field: target };
  });
}

function readRestart(field: Field, keys: ServiceFile): void {
  const [policy, limit] = (field.text() ?? '').split(':');
  if (policy === 'no' || policy === 'false') keys.restart = 'never';
  else if (policy === 'always' || policy === 'unless-stopped') keys.restart = 'always';
  else if (policy !== 'on-failure') field.wrong('must be one of no, always, on-failure, on-failure:N, unless-stopped');
  else if (limit === undefined || !/^[1-9]\d*$/.test(limit)) keys.restart = 'on-failure';
  else keys.restart = { policy: 'on-failure', max_attempts: Number(limit), max_crashes: 'unlimited' };
}

function readDeploy(field: Field, keys: ServiceFile): void {
  const limits: Rules = {
    memory: (each) => assign(keys, 'memory', wrap('hard', readSize(each))),
    cpus: OF_CONTAINERS,
    pids: OF_CONTAINERS,
  };
  const rules: Rules = {
    replicas: meaningless,
    resources: (each) => each.follow({ limits: (inner) => inner.follow(limits, '`limits`'), reservations: OF_CONTAINERS }, '`resources`'),
    restart_policy: without('`restart` beside it is what a single machine heeds'),
    ...Object.fromEntries(
      ['mode', 'endpoint_mode', 'labels', 'rollback_config', 'update_config', 'placement'].map((name) => [
        name,
        without('it is of a cluster of machines'),
      ]),
    ),
  };
  field.follow(rules, '`deploy`');
}

function readHook(field: Field, keys: ServiceFile, hook: 'post_ready' | 'pre_stop'): void {
  const [first, ...others] = field.items();
  for (const other of others) other.lost('a hook is one command', '`shell: "a && b"`');
  const command = first?.field('command');
  if (command) keys.hooks = { ...keys.hooks, [hook]: { command: readWords(command) } };
  else first?.wrong('needs a `command`');
}
