// The project as units of systemd, on this very machine: a target, and a service each.
import { isSecretName } from '../config/secret.ts';
import { outputRefs } from '../output-ref.ts';
import { withOwnVariables } from '../process/environment.ts';
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import { checkCommand, quoteShell } from './check-command.ts';
import { writeCalendar } from './cron-line.ts';
import { engineDuration } from './engine-duration.ts';
import { engineName } from './engine-name.ts';
import type { Exported, ExportRequest, Loss } from './exported.ts';
import { writeSecretsFile } from './image-files.ts';
import { type FeatureKey, findDisabledDependencies, findLosses } from './losses.ts';
import { findNameClashes } from './name-clashes.ts';
import { type UnitEntry, unitCommand, unitText, unitWord, writeUnit } from './unit-text.ts';

const CARRIED: readonly FeatureKey[] = [
  ...(['enabled', 'profiles', 'optional', 'success_exit', 'restart.backoff', 'restart.max_crashes'] as const),
  ...(['hooks.pre_start', 'hooks.post_ready', 'hooks.pre_stop', 'hooks.post_exit', 'stop.command', 'memory.soft'] as const),
  ...(['schedule', 'readiness.notify', 'watchdog'] as const),
];

export function exportSystemd(request: ExportRequest): Exported {
  const { project } = request;
  const target = `${engineName(project.name)}.target`;
  const losses = [...findLosses(project, CARRIED), ...findDisabledDependencies(project), ...findNameClashes(project, 'unnamed')];
  const services = Object.values(project.services);
  const wanted = services.filter(({ enabled, profiles }) => enabled && profiles.length === 0);
  const units = services.map((service) => [unitName(service.name, project), writeServiceUnit(service, request, target, losses)] as const);
  const targetUnit = writeUnit({
    Unit: [
      ['Description', unitText(`The services of ${project.name}`)],
      ['Wants', wanted.map(({ name, schedule }) => unitName(name, project, schedule === null ? 'service' : 'timer')).join(' ')],
    ],
    Install: [['WantedBy', 'default.target']],
  });
  const secretNames = services.flatMap((service) =>
    Object.entries(service.env)
      .filter((each) => isVariable(each) && isSecret(each, request))
      .map(([name]) => name),
  );
  return {
    files: {
      [target]: targetUnit,
      ...Object.fromEntries(units),
      ...Object.fromEntries(services.flatMap((service) => writeTimer(service, project, target, losses))),
      ...writeSecretsFile(`${engineName(project.name)}.env.example`, [{ secretNames }]),
    },
    losses,
  };
}

function unitName(service: string, project: ProjectSpec, kind: 'service' | 'timer' = 'service'): string {
  return `${engineName(project.name)}-${engineName(service)}.${kind}`;
}

function writeTimer({ name, schedule }: ServiceSpec, project: ProjectSpec, target: string, losses: Loss[]): [string, string][] {
  if (schedule === null) return [];
  const lose = (key: string, message: string): void => void losses.push({ service: name, key: `schedule.${key}`, message });
  const calendar = writeCalendar(schedule);
  if (calendar === null) {
    lose('cron', `systemd has no way to say \`${schedule.cron}\`: it gets no timer`);
    return [];
  }
  if (schedule.overlap !== 'skip') lose('overlap', 'it is skipped there while the run before goes on');
  const unit = writeUnit({
    Unit: [
      ['Description', unitText(`When ${name} of ${project.name} runs`)],
      ['PartOf', target],
    ],
    Timer: [
      ['OnCalendar', calendar],
      ['AccuracySec', '1s'],
      ['Persistent', schedule.misfire === 'run' ? 'yes' : 'no'],
    ],
  });
  return [[unitName(name, project, 'timer'), unit]];
}

/** Anything else systemd ignores, in a unit as in a file. */
function isVariable([name]: readonly [string, string]): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

function isSecret([name, value]: readonly [string, string], { secrets }: ExportRequest): boolean {
  return isSecretName(name) || secrets.some((secret) => value.includes(secret));
}

function writeServiceUnit(service: ServiceSpec, request: ExportRequest, target: string, losses: Loss[]): string {
  const { project } = request;
  const units = (names: readonly string[]): string => names.map((name) => unitName(name, project)).join(' ');
  const dependencies = Object.keys(service.dependsOn);
  const enabled = dependencies.filter((name) => project.services[name]?.enabled !== false);
  const jobs = enabled.filter((name) => service.dependsOn[name]?.condition === 'completed');
  const others = enabled.filter((name) => !jobs.includes(name));
  const { restart } = service;
  return writeUnit({
    Unit: [
      ['Description', unitText(service.description ?? `${service.name} of ${project.name}`)],
      ['PartOf', target],
      // Without a job that failed it does not start; a service may go and come back.
      ...(jobs.length === 0 ? [] : [['Requires', units(jobs)] as UnitEntry]),
      ...(others.length === 0 ? [] : [['Wants', units(others)] as UnitEntry]),
      ...(dependencies.length === 0 ? [] : [['After', units(dependencies)] as UnitEntry]),
      ...(restart.maxCrashes === null
        ? ([['StartLimitIntervalSec', '0']] as UnitEntry[])
        : ([
            ['StartLimitIntervalSec', engineDuration(restart.windowMs)],
            ['StartLimitBurst', String(restart.maxCrashes + 1)],
          ] as UnitEntry[])),
    ],
    Service: [...writeCommands(service, request, losses), ...writeEnvironment(service, request, losses), ...writePolicies(service)],
  });
}

function writeCommands(service: ServiceSpec, { project, secrets }: ExportRequest, losses: Loss[]): UnitEntry[] {
  const { hooks, stop, readiness } = service;
  const lose = (key: string, message: string): void => void losses.push({ service: service.name, key, message });
  const command = (argv: readonly string[], key: string): string => {
    if (argv.some((word) => outputRefs(word).length > 0)) lose(key, 'an output of another service is known to omniroute alone');
    if (argv.some((word) => secrets.some((secret) => word.includes(secret)))) lose(key, 'it holds a secret, which is written as ***');
    const shown = argv.map((word) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), word).replaceAll('\0', ''));
    return unitCommand([absolute(shown[0] as string, service.cwd), ...shown.slice(1)]);
  };
  if (readiness?.notify === 'fd') lose('readiness.notify', 'nobody hears its newline there: it counts as started at once');
  for (const [name, { condition }] of Object.entries(service.dependsOn))
    if (condition === 'ready' && (project.services[name]?.readiness?.probes.length ?? 0) === 0)
      lose(`depends_on.${name}`, `nothing tells there when \`${name}\` is ready: it is waited for until it is started`);
  const entries: [string, readonly string[] | undefined, string][] = [
    ...ownFolder(service, project).map((folder): [string, string[], string] => [
      'ExecStartPre',
      ['mkdir', '-p', '-m', '700', folder],
      'env',
    ]),
    ['ExecStartPre', hooks.pre_start?.command, 'hooks.pre_start'],
    ['ExecStart', service.command, 'command'],
    // The unit is active, and its dependents start, once this has ended.
    ...(readiness?.probes ?? []).map((probe): [string, string[], string] => {
      const check = checkCommand(probe, service.command[0] === 'node' ? 'node' : 'any');
      return ['ExecStartPost', ['/bin/sh', '-c', `until ${check.map(quoteShell).join(' ')}; do sleep 1; done`], 'readiness'];
    }),
    ['ExecStartPost', hooks.post_ready?.command, 'hooks.post_ready'],
    ['ExecStop', hooks.pre_stop?.command, 'hooks.pre_stop'],
    ['ExecStop', stop.command ?? undefined, 'stop.command'],
    ['ExecStopPost', hooks.post_exit?.command, 'hooks.post_exit'],
  ];
  return [
    ['Type', service.type === 'job' ? 'oneshot' : readiness?.notify === 'systemd' ? 'notify' : 'exec'],
    // What stays active is not started again by its timer.
    ...(service.type === 'job' && service.schedule === null ? ([['RemainAfterExit', 'yes']] as UnitEntry[]) : []),
    ['WorkingDirectory', unitText(service.cwd)],
    ...entries.flatMap(([name, argv, key]): UnitEntry[] => (argv === undefined ? [] : [[name, command(argv, key)]])),
  ];
}

/** omniroute makes the service's own folder; here it is made where it is spoken of. */
function ownFolder({ name, command, env, hooks }: ServiceSpec, { stateDir }: ProjectSpec): string[] {
  const folder = `${stateDir}/${name}`;
  const texts = [...command, ...Object.values(env), ...Object.values(hooks).flatMap((hook) => hook?.command ?? [])];
  return texts.some((text) => text.includes(folder)) ? [folder] : [];
}

/** Only a bare name is looked for on a path. */
function absolute(program: string, cwd: string): string {
  return program.includes('/') && !program.startsWith('/') ? `${cwd}/${program.replace(/^\.\//, '')}` : program;
}

function writeEnvironment(service: ServiceSpec, request: ExportRequest, losses: Loss[]): UnitEntry[] {
  const given = Object.entries(withOwnVariables(service, {}));
  const variables = given.filter(isVariable);
  for (const each of given)
    if (!isVariable(each)) losses.push({ service: service.name, key: `env.${each[0]}`, message: 'systemd takes no variable of that name' });
  const secret = variables.filter((each) => isSecret(each, request));
  const known = variables.filter((each) => {
    const refs = outputRefs(each[1]);
    if (refs.length > 0)
      losses.push({ service: service.name, key: `env.${each[0]}`, message: 'an output of another service is known to omniroute alone' });
    return refs.length === 0 && !secret.includes(each);
  });
  const file = `${request.project.dir}/${engineName(request.project.name)}.env`;
  return [
    ...known.map(([name, value]): UnitEntry => ['Environment', unitWord(`${name}=${value}`)]),
    ...(secret.length === 0 ? [] : ([['EnvironmentFile', unitText(file)]] as UnitEntry[])),
  ];
}

function writePolicies({ restart, successExit, stop, memory, readiness, watchdogMs, type }: ServiceSpec): UnitEntry[] {
  const exits = successExit.filter((exit) => exit !== 0).join(' ');
  const startMs = readiness?.startTimeoutMs;
  const entries: [string, string | null][] = [
    // A job that is to be tried again ends as a failure first.
    ['Restart', { always: type === 'job' ? 'on-failure' : 'always', 'on-failure': 'on-failure', never: 'no' }[restart.policy]],
    ['RestartSec', engineDuration(restart.backoff.initialMs)],
    ['SuccessExitStatus', exits === '' ? null : exits],
    ['KillSignal', stop.signal],
    ['TimeoutStopSec', engineDuration(stop.gracePeriodMs)],
    ['TimeoutStartSec', type === 'job' || startMs === null ? 'infinity' : startMs === undefined ? null : engineDuration(startMs)],
    ['WatchdogSec', watchdogMs === null || readiness?.notify !== 'systemd' ? null : engineDuration(watchdogMs)],
    ['MemoryHigh', memory.softBytes === null ? null : String(memory.softBytes)],
    ['MemoryMax', memory.hardBytes === null ? null : String(memory.hardBytes)],
  ];
  return entries.flatMap(([name, value]): UnitEntry[] => (value === null ? [] : [[name, value]]));
}
