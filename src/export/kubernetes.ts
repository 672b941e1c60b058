// The project as a Deployment of one pod, whose containers reach each other at 127.0.0.1 as services of one machine do. What
// must complete first is an init container; what waits for a service waits in a shell; a job of its own is a Job.
import { startOrder, withDependencies } from '../graph.ts';
import type { Schedule, ServiceSpec } from '../spec.ts';
import { quoteShell } from './check-command.ts';
import { type Container, createContainers } from './container.ts';
import { writeCronLine } from './cron-line.ts';
import { engineName } from './engine-name.ts';
import type { Exported, ExportRequest, Loss } from './exported.ts';
import { writeImageFiles, writeSecretsFile } from './image-files.ts';
import { jobPlaces } from './job-place.ts';
import { seconds, writeProbes } from './kubernetes-probes.ts';
import { type FeatureKey, findLosses } from './losses.ts';
import { findNameClashes, portName } from './name-clashes.ts';
import { omitEmpty } from './omit-empty.ts';
import { secretVariable } from './secret-variable.ts';
import { runAfter, waitFor } from './waiting.ts';
import { yamlText } from './yaml-text.ts';

const CARRIED: readonly FeatureKey[] = ['liveness', 'hooks.pre_stop', 'stop.command', 'schedule'];
/** A pod has the name of what it belongs to, of a Deployment with seventeen signs more, for its host name too. */
const LONGEST_OWNER = 46;
const DONE_DIR = '/run/omniroute';
/** A job in a pod must not end: it would be begun again. It is done, and goes when it is told to. */
const STAY = "trap 'exit 0' TERM\nwhile :; do sleep 3600 & wait; done";

export function exportKubernetes(request: ExportRequest): Exported {
  const { project } = request;
  const name = engineName(project.name, LONGEST_OWNER);
  const places = jobPlaces(project);
  // A Job is a pod of its own.
  const isApart = (service: ServiceSpec): boolean => places.get(service.name) === 'apart';
  const all = createContainers(request, (_, from) => (isApart(from) ? hostName(name) : null));
  const losses: Loss[] = [...all.losses, ...findLosses(project, CARRIED), ...findNameClashes(project, 'named')];
  const order = startOrder(project.services);
  const sorted = order.flatMap((each) => all.containers.find(({ service }) => service.name === each) ?? []);
  const jobs = all.containers.filter(({ service }) => isApart(service));
  const inner = sorted.filter(({ service }) => !isApart(service));
  const isPod = inner.some(({ service }) => places.get(service.name) === undefined);
  const context: Context = { request, name, places, losses, before: isPod ? [] : inner };
  const documents = [
    ...(isPod ? [writeDeployment(inner, context)] : []),
    ...writeService(inner, name),
    ...jobs.map((job) => writeJob(job, context)),
  ];
  const secrets = all.containers.some(({ secretNames }) => secretNames.length > 0)
    ? `# Its secrets: kubectl create secret generic ${secretOf(name)} --from-env-file=secrets.env\n`
    : '';
  return {
    files: {
      'kubernetes.yaml': `# Made by \`omniroute export kubernetes\`.\n${secrets}${documents.map(yamlText).join('---\n')}`,
      ...writeImageFiles(all.containers, request),
      ...writeSecretsFile('secrets.env.example', all.containers),
    },
    losses,
  };
}

interface Context {
  readonly request: ExportRequest;
  readonly name: string;
  readonly places: ReturnType<typeof jobPlaces>;
  readonly losses: Loss[];
  /** Without a Deployment, the jobs that others wait for: each Job does those that it needs first. */
  readonly before: readonly Container[];
}

/** A Service, unlike everything else, begins with a letter (RFC 1035). */
function hostName(name: string): string {
  return /^[a-z]/.test(name) ? name : engineName(`app-${name}`);
}

function secretOf(name: string): string {
  return engineName(`${name}-secrets`);
}

function stateVolume({ name }: Container): string {
  return engineName(`state-${name}`);
}

function stateVolumes(containers: readonly Container[]): object[] {
  return containers.flatMap((each) => (each.stateDir === null ? [] : [{ name: stateVolume(each), emptyDir: {} }]));
}

function writeDeployment(containers: readonly Container[], context: Context): object {
  const { name, places } = context;
  const labels = { 'app.kubernetes.io/name': name };
  const isInit = ({ service }: Container): boolean => places.get(service.name) === 'before';
  const volumes = [...([...places.values()].includes('beside') ? [{ name: 'done', emptyDir: {} }] : []), ...stateVolumes(containers)];
  for (const { service, stateDir } of containers) {
    const { restart, type } = service;
    if (stateDir !== null)
      context.losses.push({
        service: service.name,
        key: 'env',
        message: `what it keeps in ${stateDir} goes with the pod`,
        hint: 'give the volume a claim',
      });
    if (type === 'service' && restart.policy !== 'always')
      context.losses.push({
        service: service.name,
        key: 'restart.policy',
        message: 'every container of a Deployment is started again when it ends',
      });
  }
  const spec = omitEmpty({
    terminationGracePeriodSeconds: Math.max(...containers.map(({ service }) => seconds(service.stop.gracePeriodMs))),
    initContainers: containers.filter(isInit).map((each) => writeContainer(each, context)),
    containers: containers.filter((each) => !isInit(each)).map((each) => writeContainer(each, context)),
    volumes,
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      // What belongs to one machine is there once: the old goes before the new comes.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

function writeContainer(container: Container, context: Context): object {
  const { service, name, image, workingDir, env, secretNames, stateDir } = container;
  const tool = container.dockerfile === null ? 'any' : 'node';
  const { losses, places } = context;
  const place = places.get(service.name);
  const limit = service.memory.hardBytes === null ? undefined : { limits: { memory: String(service.memory.hardBytes) } };
  if (service.stop.signal !== 'SIGTERM')
    losses.push({ service: service.name, key: 'stop.signal', message: `${service.stop.signal} is the image's to say (STOPSIGNAL)` });
  const waits = place !== 'apart' && (place === 'beside' || Object.keys(service.dependsOn).some((each) => places.get(each) === 'beside'));
  return omitEmpty({
    name,
    image,
    args: writeArgs(container, context),
    workingDir,
    env: [
      ...Object.entries(env).map(([key, value]) => ({ name: key, value: escape(value) })),
      ...secretNames.map((key) => ({
        name: key,
        valueFrom: { secretKeyRef: { name: secretOf(context.name), key: secretVariable(key) } },
      })),
    ],
    ports: Object.values(service.ports).map((containerPort) => ({ containerPort })),
    ...(place === undefined ? writeProbes(service, tool, losses) : {}),
    lifecycle: writeLifecycle(service),
    resources: limit,
    volumeMounts: [
      ...(waits ? [{ name: 'done', mountPath: DONE_DIR }] : []),
      ...(stateDir === null ? [] : [{ name: stateVolume(container), mountPath: stateDir }]),
    ],
  });
}

function writeArgs({ service, args, dockerfile }: Container, { request, places, losses, name, before }: Context): readonly string[] {
  const tool = dockerfile === null ? 'any' : 'node';
  const isApart = places.get(service.name) === 'apart';
  const file = (job: string): string => `${DONE_DIR}/${engineName(job)}`;
  const isBefore = (job: string): boolean => before.some(({ service: each }) => each.name === job);
  const doneFile = (job: string) => {
    if (isBefore(job)) return 'engine';
    return isApart || places.get(job) === 'apart' ? null : places.get(job) === 'beside' ? file(job) : 'engine';
  };
  const waiting = waitFor(service, request.project, { tool, doneFile, host: isApart ? hostName(name) : '127.0.0.1' });
  losses.push(...waiting.losses);
  if (places.get(service.name) !== 'beside') return runAfter(waiting.lines, args).map(escape);
  losses.push({ service: service.name, key: 'type', message: 'it runs with every start of the pod' });
  const done = [...waiting.lines, '"$0" "$@" || exit', `: > ${quoteShell(file(service.name))}`, STAY];
  return ['/bin/sh', '-c', done.join('\n'), ...args].map(escape);
}

function writeLifecycle({ hooks, stop }: ServiceSpec): object | undefined {
  const commands = [hooks.pre_stop?.command, stop.command].flatMap((each) => (each ? [each] : []));
  const [only, ...others] = commands;
  if (only === undefined) return undefined;
  const command = others.length === 0 ? only : ['/bin/sh', '-c', commands.map((each) => each.map(quoteShell).join(' ')).join('\n')];
  return { preStop: { exec: { command } } };
}

function writeService(containers: readonly Container[], name: string): object[] {
  const ports = containers.flatMap((container) =>
    Object.entries(container.service.ports).map(([port, number]) => ({ name: portName(container.name, port), port: number })),
  );
  const selector = { 'app.kubernetes.io/name': name };
  return ports.length === 0 ? [] : [{ apiVersion: 'v1', kind: 'Service', metadata: { name: hostName(name) }, spec: { selector, ports } }];
}

function writeJob(container: Container, context: Context): object {
  const { restart, schedule, name } = container.service;
  const needed = withDependencies(context.request.project.services, [name]);
  const before = context.before.filter(({ service }) => needed.includes(service.name));
  const restartPolicy = restart.policy === 'never' ? 'Never' : 'OnFailure';
  const backoffLimit = restart.policy === 'never' ? 0 : (restart.maxAttempts ?? 1_000_000);
  const spec = omitEmpty({
    restartPolicy,
    initContainers: before.map((each) => writeContainer(each, context)),
    containers: [writeContainer(container, context)],
    volumes: stateVolumes([...before, container]),
  });
  const metadata = { name: engineName(`${context.name}-${container.name}`, LONGEST_OWNER) };
  const job = { backoffLimit, template: { spec } };
  if (schedule === null) return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: { ...writeSchedule(container.service, schedule, context), jobTemplate: { spec: job } },
  };
}

/** A time that was missed by more than this is let pass, where the file says so. */
const MISSED_AFTER_SECONDS = 60;

function writeSchedule({ name }: ServiceSpec, schedule: Schedule, { losses }: Context): object {
  const { line, losesSeconds } = writeCronLine(schedule);
  const lose = (key: string, message: string): void => void losses.push({ service: name, key: `schedule.${key}`, message });
  if (losesSeconds) lose('cron', 'a CronJob knows no seconds: it runs at the full minute');
  if (schedule.overlap === 'queue') lose('overlap', 'a CronJob queues no run: it is skipped while the one before goes on');
  return {
    schedule: line,
    ...(schedule.timezone === null ? {} : { timeZone: schedule.timezone }),
    concurrencyPolicy: schedule.overlap === 'replace' ? 'Replace' : 'Forbid',
    ...(schedule.misfire === 'skip' ? { startingDeadlineSeconds: MISSED_AFTER_SECONDS } : {}),
  };
}

/** `$(NAME)` of the text is no variable of kubernetes, and `$$` are two dollars. */
function escape(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
