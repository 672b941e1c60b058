// The Prometheus text format, version 0.0.4.
import type { ProjectSnapshot, ServiceSnapshot, Supervision } from './protocol.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number | null];

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const STATES = [
  'stopped',
  'waiting',
  'starting',
  'ready',
  'unready',
  'stopping',
  'backoff',
  'completed',
  'failed',
] as const satisfies readonly ServiceSnapshot['state'][];

/** Value of one gauge or counter of a service; null: no sample. */
const PER_SERVICE: readonly (readonly [
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  value: (service: ServiceSnapshot) => number | null,
])[] = [
  ['service_up', 'gauge', 'Whether the service is ready.', ({ state }) => Number(state === 'ready')],
  ['service_wanted', 'gauge', 'Whether the service is meant to run.', ({ desired }) => Number(desired === 'up')],
  ['service_restarts_total', 'counter', 'Runs after the first that omniroute began by itself.', ({ restarts }) => restarts],
  ['service_attempts', 'gauge', 'Consecutive crashes since the last stable run.', ({ attempt }) => attempt],
  ['service_memory_bytes', 'gauge', 'Resident memory of the whole process tree.', ({ memoryBytes }) => memoryBytes],
  ['service_memory_limit_bytes', 'gauge', 'The lowest memory limit that acts.', ({ memoryLimitBytes }) => memoryLimitBytes],
  ['service_cpu_ratio', 'gauge', 'CPU in use, 1 being one core.', ({ cpuPercent }) => (cpuPercent === null ? null : cpuPercent / 100)],
  ['service_dropped_bytes_total', 'counter', 'Output that could not be written to the log.', ({ droppedBytes }) => droppedBytes],
  [
    'service_start_time_seconds',
    'gauge',
    'When the current run began, in seconds since 1970.',
    ({ startedAt }) => (startedAt === null ? null : startedAt / 1000),
  ],
];

export function renderMetrics(snapshot: ProjectSnapshot, crashes: ReturnType<Supervision['crashCounts']>): string {
  const { services } = snapshot;
  return [
    metric('info', 'gauge', 'The project and the omniroute that runs it.', [[{ project: snapshot.name, version: snapshot.version }, 1]]),
    metric('start_time_seconds', 'gauge', 'When omniroute began, in seconds since 1970.', [[{}, snapshot.startedAt / 1000]]),
    metric('generation', 'gauge', 'Revision of the loaded file.', [[{}, snapshot.generation]]),
    metric('file_current', 'gauge', 'Whether what runs is what the file says.', [[{}, Number(snapshot.file.status === 'current')]]),
    metric('degradations', 'gauge', 'What does not work as it should though services run on.', [[{}, snapshot.degraded.length]]),
    metric('service_state', 'gauge', 'The state of the service: 1 for the one it is in.', services.flatMap(stateSamples)),
    ...PER_SERVICE.map(([name, type, help, value]) =>
      metric(
        name,
        type,
        help,
        services.map((service) => [{ service: service.name }, value(service)]),
      ),
    ),
    metric(
      'service_crashes_total',
      'counter',
      'Crashes since omniroute began, by cause.',
      crashes.map(({ service, cause, count }) => [{ service, cause }, count]),
    ),
  ].join('');
}

function stateSamples({ name, state }: ServiceSnapshot): Sample[] {
  return STATES.map((each) => [{ service: name, state: each }, Number(each === state)]);
}

function metric(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([labels, value]) => (value === null ? [] : [`omniroute_${name}${renderLabels(labels)} ${value}\n`]));
  return `# HELP omniroute_${name} ${help}\n# TYPE omniroute_${name} ${type}\n${lines.join('')}`;
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
