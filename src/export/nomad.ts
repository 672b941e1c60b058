// The project as a job of Nomad: one group on one network, a task a service, each in a container of Docker.
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
import { nomadService, portLabel } from './nomad-service.ts';
import { runAfter, waitFor } from './waiting.ts';

const CARRIED: readonly FeatureKey[] = ['liveness', 'restart.backoff', 'restart.max_crashes', 'restart.retry_after', 'schedule'];
/** Shared by the tasks of a group. */
const DONE_DIR = '/alloc/tmp';
const MIB = 1024 * 1024;

export function exportNomad(request: ExportRequest): Exported {
  const { project } = request;
  const { containers, losses } = createContainers(request, null);
  const name = engineName(project.name);
  const told: Loss[] = [...losses, ...findLosses(project, CARRIED)];
  const places = jobPlaces(project);
  const context = { request, name, places, losses: told };
  const periodic = containers.filter(({ service }) => service.schedule !== null);
  const tasks = containers.filter((each) => !periodic.includes(each)).map((container) => writeTask(container, context));
  const ports = containers.flatMap(({ name: task, service }) =>
    Object.entries(service.ports).map(
      ([port, number]): HclBlock => ({ kind: 'port', label: portLabel(task, port), attributes: { static: number, to: number } }),
    ),
  );
  const group: HclBlock = {
    kind: 'group',
    label: name,
    blocks: [{ kind: 'network', attributes: { mode: 'bridge' }, blocks: ports }, ...tasks],
  };
  const job: HclBlock = { kind: 'job', label: name, attributes: { type: 'service' }, blocks: [group] };
  const hasSecrets = containers.some(({ secretNames }) => secretNames.length > 0);
  const secrets = hasSecrets ? `# Its secrets: nomad var put nomad/jobs/${name} NAME=value …\n` : '';
  return {
    files: {
      [`${name}.nomad.hcl`]: `# Made by \`omniroute export nomad\`.\n${secrets}${writeHcl(job)}`,
      ...Object.fromEntries(periodic.map((each) => writePeriodic(each, context))),
      ...writeImageFiles(containers, request),
      ...writeSecretsFile('secrets.env.example', containers),
    },
    losses: told,
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
  const name = `${context.name}-${container.name}`;
  const job: HclBlock = {
    kind: 'job',
    label: name,
    attributes: { type: 'batch' },
    blocks: [
      { kind: 'periodic', attributes: { crons: [line], prohibit_overlap: true, time_zone: timezone ?? undefined } },
      { kind: 'group', label: name, blocks: [writeTask(container, context)] },
    ],
  };
  return [`${name}.nomad.hcl`, `# Made by \`omniroute export nomad\`.\n${writeHcl(job)}`];
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
  const place = context.places.get(service.name);
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
      ...(place === undefined || service.schedule !== null
        ? []
        : [{ kind: 'lifecycle', attributes: { hook: place === 'before' ? 'prestart' : 'poststart', sidecar: false } }]),
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

function writeArgs({ service, args, dockerfile }: Container, { request, places, losses }: Context): readonly string[] {
  const file = (job: string): string => `${DONE_DIR}/${engineName(job)}.done`;
  const doneFile = (job: string): string => (places.get(job) === 'before' ? 'engine' : file(job));
  const waiting = waitFor(service, request.project, { tool: dockerfile === null ? 'any' : 'node', doneFile, host: '127.0.0.1' });
  losses.push(...waiting.losses);
  if (places.get(service.name) !== 'beside') return runAfter(waiting.lines, args);
  const lines = [...waiting.lines, `"$0" "$@" && : > ${quoteShell(file(service.name))}`];
  return ['/bin/sh', '-c', lines.join('\n'), ...args];
}

function writeSecrets(names: readonly string[], job: string): HclBlock[] {
  if (names.length === 0) return [];
  const lines = names.map((name) => `${name}={{ .${name} | toJSON }}`).join('\n');
  const data = `{{ with nomadVar "nomad/jobs/${job}" }}\n${lines}\n{{ end }}\n`;
  return [{ kind: 'template', attributes: { data, destination: 'secrets/variables.env', env: true } }];
}

function writeRestart({ restart }: ServiceSpec): HclBlock {
  const attempts = restart.policy === 'never' ? 0 : (restart.maxCrashes ?? restart.maxAttempts ?? 1_000_000);
  const gone = restart.policy === 'never' || restart.retryAfterMs === null;
  const delay = Math.max(1, Math.ceil(restart.backoff.initialMs / 1000));
  const attributes = {
    attempts,
    interval: engineDuration(Math.max(5000, restart.windowMs)),
    delay: `${delay}s`,
    mode: gone ? 'fail' : 'delay',
  };
  return { kind: 'restart', attributes };
}
