// The project as a job of Nomad: one group on one network, a task a service, each in a container of Docker.
import { dependentsOf } from '../graph.ts';
import type { Schedule, ServiceSpec } from '../spec.ts';
import { quoteShell } from './check-command.ts';
import { type Container, createContainers } from './container.ts';
import { writeCronLine } from './cron-line.ts';
import { engineDuration } from './engine-duration.ts';
import { engineName } from './engine-name.ts';
import type { Exported, ExportRequest, Loss } from './exported.ts';
import { type HclBlock, writeHcl } from './hcl.ts';
import { writeImageFiles, writeSecretsFile } from './image-files.ts';
import { jobPlaces } from './job-place.ts';
import { type FeatureKey, findLosses } from './losses.ts';
import { findNameClashes } from './name-clashes.ts';
import { nomadService, portLabel } from './nomad-service.ts';
import { secretVariable } from './secret-variable.ts';
import { runAfter, waitFor } from './waiting.ts';

const CARRIED: readonly FeatureKey[] = ['liveness', 'restart.backoff', 'restart.max_crashes', 'restart.retry_after', 'schedule'];
/** Shared by the tasks of a group. */
const DONE_DIR = '/alloc/tmp';
/** Filled in by Nomad, where the task runs. */
const NODE_ADDRESS = '${attr.unique.network.ip-address}';
const MIB = 1024 * 1024;

export function exportNomad(request: ExportRequest): Exported {
  const { project } = request;
  // A periodic job is elsewhere: it finds the others at their ports of the node.
  const all = createContainers(request, (_, { schedule }) => (schedule === null ? null : NODE_ADDRESS));
  const name = engineName(project.name);
  const losses: Loss[] = [...all.losses, ...findLosses(project, CARRIED), ...findNameClashes(project, 'named')];
  const places = jobPlaces(project);
  const context: Context = { request, name, places, losses };
  const periodic = all.containers.filter(({ service }) => service.schedule !== null);
  const inner = all.containers.filter(({ service }) => service.schedule === null);
  const isService = inner.some(({ service }) => service.type === 'service');
  const group: HclBlock = {
    kind: 'group',
    label: name,
    blocks: [writeNetwork(inner), ...inner.map((container) => writeTask(container, context))],
  };
  const job: HclBlock = { kind: 'job', label: name, attributes: { type: isService ? 'service' : 'batch' }, blocks: [group] };
  const containers = [...inner, ...periodic];
  const hasSecrets = containers.some(({ secretNames }) => secretNames.length > 0);
  const secrets = hasSecrets ? `# Its secrets: nomad var put nomad/jobs/${name} NAME=value …\n` : '';
  return {
    files: {
      ...(inner.length === 0 ? {} : { [`${name}.nomad.hcl`]: `# Made by \`omniroute export nomad\`.\n${secrets}${writeHcl(job)}` }),
      ...Object.fromEntries(periodic.map((each) => writePeriodic(each, context))),
      ...writeImageFiles(containers, request),
      ...writeSecretsFile('secrets.env.example', containers),
    },
    losses,
  };
}

/** Times belong to a whole job of Nomad: it is one of its own. */
function writePeriodic(container: Container, context: Context): [file: string, text: string] {
  const { service } = container;
  const { overlap, misfire, timezone } = service.schedule as Schedule;
  const { line, losesSeconds } = writeCronLine(service.schedule as Schedule);
  const lose = (key: string, message: string): void => void context.losses.push({ service: service.name, key: `schedule.${key}`, message });
  if (losesSeconds) lose('cron', 'Nomad is given no seconds: it runs at the full minute');
  if (overlap !== 'skip') lose('overlap', 'it is skipped there while the run before goes on');
  if (misfire === 'run') lose('misfire', 'a time that passed while Nomad was down is not caught up with there');
  const name = engineName(`${context.name}-${container.name}`);
  const job: HclBlock = {
    kind: 'job',
    label: name,
    attributes: { type: 'batch' },
    blocks: [
      { kind: 'periodic', attributes: { crons: [line], prohibit_overlap: true, time_zone: timezone ?? undefined } },
      { kind: 'group', label: name, blocks: [writeNetwork([container]), writeTask(container, context)] },
    ],
  };
  return [`${name}.nomad.hcl`, `# Made by \`omniroute export nomad\`.\n${writeHcl(job)}`];
}

function writeNetwork(containers: readonly Container[]): HclBlock {
  const blocks = containers.flatMap(({ name, service }) =>
    Object.entries(service.ports).map(
      ([port, number]): HclBlock => ({ kind: 'port', label: portLabel(name, port), attributes: { static: number, to: number } }),
    ),
  );
  return { kind: 'network', attributes: { mode: 'bridge' }, blocks };
}

interface Context {
  readonly request: ExportRequest;
  readonly name: string;
  readonly places: ReturnType<typeof jobPlaces>;
  readonly losses: Loss[];
}

function writeTask(container: Container, context: Context): HclBlock {
  const { service, name, image, workingDir, env, secretNames, stateDir } = container;
  const [command, ...args] = writeArgs(container, context);
  const { hardBytes } = service.memory;
  const ports = Object.keys(service.ports).map((port) => portLabel(name, port));
  if (stateDir !== null)
    context.losses.push({
      service: service.name,
      key: 'env',
      message: `what it keeps in ${stateDir} goes with the task`,
      hint: 'mount a volume there',
    });
  return {
    kind: 'task',
    label: name,
    attributes: { driver: 'docker', kill_signal: service.stop.signal, kill_timeout: engineDuration(service.stop.gracePeriodMs), env },
    blocks: [
      ...writeLifecycle(service, context),
      {
        kind: 'config',
        attributes: {
          image,
          command,
          args,
          work_dir: workingDir ?? undefined,
          ports: ports.length > 0 ? ports : undefined,
        },
        blocks:
          stateDir === null ? [] : [{ kind: 'mount', attributes: { type: 'volume', target: stateDir, source: `${context.name}-${name}` } }],
      },
      ...writeSecrets(secretNames, context.name),
      writeRestart(service),
      ...(hardBytes === null ? [] : [{ kind: 'resources', attributes: { memory: Math.max(10, Math.ceil(hardBytes / MIB)) } }]),
      ...nomadService(container, context.name, context.losses),
    ],
  };
}

/** A group has at least one task that is neither before nor after the others: without services, the jobs that nobody waits for. */
function writeLifecycle({ name, schedule }: ServiceSpec, { request, places }: Context): HclBlock[] {
  const place = places.get(name);
  const hasServices = Object.values(request.project.services).some(({ type }) => type === 'service');
  if (place === undefined || schedule !== null || (place === 'apart' && !hasServices)) return [];
  return [{ kind: 'lifecycle', attributes: { hook: place === 'before' ? 'prestart' : 'poststart', sidecar: false } }];
}

function writeArgs({ service, args, dockerfile }: Container, { request, places, losses }: Context): readonly string[] {
  const file = (job: string): string => `${DONE_DIR}/${engineName(job)}.done`;
  const { services } = request.project;
  const place = places.get(service.name);
  const isApart = service.schedule !== null;
  const doneFile = (job: string): string | null => {
    if (isApart || services[job]?.schedule !== null) return null;
    // Tasks before the others begin all at once.
    return places.get(job) === 'before' && place !== 'before' ? 'engine' : file(job);
  };
  const host = isApart ? NODE_ADDRESS : '127.0.0.1';
  const waiting = waitFor(service, request.project, { tool: dockerfile === null ? 'any' : 'node', doneFile, host });
  losses.push(...waiting.losses);
  const isAwaited = place === 'before' && dependentsOf(services, service.name).some((each) => places.get(each) === 'before');
  if (place !== 'beside' && !isAwaited) return runAfter(waiting.lines, args);
  const lines = [...waiting.lines, `"$0" "$@" && : > ${quoteShell(file(service.name))}`];
  return ['/bin/sh', '-c', lines.join('\n'), ...args];
}

function writeSecrets(names: readonly string[], job: string): HclBlock[] {
  if (names.length === 0) return [];
  const lines = names.map((name) => `${name}={{ .${secretVariable(name)} | toJSON }}`).join('\n');
  const data = `{{ with nomadVar "nomad/jobs/${job}" }}\n${lines}\n{{ end }}\n`;
  return [{ kind: 'template', attributes: { data, destination: 'secrets/variables.env', env: true } }];
}

function writeRestart({ restart }: ServiceSpec): HclBlock {
  const delay = Math.max(1, Math.ceil(restart.backoff.initialMs / 1000));
  const limit = restart.policy === 'never' ? 0 : (restart.maxCrashes ?? restart.maxAttempts);
  // What Nomad would have no time for within the interval, it refuses. One that never gives up begins anew with each interval.
  const seconds = Math.max(5, Math.ceil(restart.windowMs / 1000), delay * (limit ?? 1));
  const attempts = limit ?? Math.floor(seconds / delay);
  const gone = attempts === 0 || (limit !== null && restart.retryAfterMs === null);
  const attributes = { attempts, interval: `${seconds}s`, delay: `${delay}s`, mode: gone ? 'fail' : 'delay' };
  return { kind: 'restart', attributes };
}
