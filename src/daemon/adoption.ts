// Services that outlived the supervisor before this one: taken over by identity, or settled if they are gone.
import { countOomKills } from '../process/cgroup-memory.ts';
import { watchExit } from '../process/exit.ts';
import { isAlive } from '../process/identity.ts';
import { ageMs } from '../process/process-table.ts';
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import type { Event, RecordedRun } from '../supervisor/event.ts';
import { monotonicMs } from './clock.ts';
import type { Equipment } from './equipment.ts';
import { fingerprint } from './fingerprint.ts';
import type { OutputBoard } from './output-board.ts';
import type { RunRegistry } from './run-registry.ts';
import type { RunRecord } from './state-file.ts';

/** A busy machine takes some of it between a fork and its record. */
const NOTABLE_MS = 1_000;

interface Heir {
  /** Nobody wants anything to go on. */
  readonly stopsAll: boolean;
  readonly runs: RunRegistry;
  readonly outputs: OutputBoard;
  readonly equipment: Equipment;
  readonly post: (...events: Event[]) => void;
}

/** What was recorded of runs becomes the heir's, and is told to the core. */
export function adopt(records: readonly RunRecord[], project: ProjectSpec, { stopsAll, runs, outputs, equipment, post }: Heir): void {
  if (records.length === 0) return;
  const specOf = (service: string) => (Object.hasOwn(project.services, service) ? project.services[service] : undefined);
  // An adopted process is not our child, so its status is unknown.
  const recovered = register(records, project, runs, ({ service, run }) => post({ type: 'process-exited', service, run, exit: null }));
  outputs.prepare(recovered.map(({ service }) => service).filter((name) => specOf(name) === undefined));
  for (const recorded of recovered) {
    const output = outputs.of(recorded.service);
    const spec = specOf(recorded.service);
    output.beginRun(recorded.run, spec ?? recorded.fallback);
    if (recorded.alive) output.resume(recorded.pid);
    if (!recorded.alive || !spec) continue;
    void equipment.notify.resume(spec, recorded.run);
  }
  // As one burst: state.json must not be written while only some of them are known.
  post(...recovered.map((recorded) => ({ type: 'run-recovered' as const, recorded: { ...recorded, isWanted: !stopsAll } })));
  for (const { service, alive, wasReady } of recovered) {
    const spec = specOf(service);
    if (alive && !wasReady && spec) outputs.of(service).replay(spec);
    if (alive) runs.restorePidFile(service);
  }
}

/** The answer is what the core is to know of them. */
function register(
  records: readonly RunRecord[],
  project: ProjectSpec,
  runs: RunRegistry,
  onExit: (record: RunRecord) => void,
): Omit<RecordedRun, 'isWanted'>[] {
  const living = new Set(records.filter(({ identity }) => isAlive(identity)));
  return records.map((record) => {
    const { service, run, identity, marker, cgroup = null } = record;
    const alive = living.has(record);
    const startedAtMs = alive ? findStart(record) : record.startedAtMs;
    const spec = project.services[service];
    const asked = spec === undefined ? null : fingerprint(spec, marker);
    const oomKills = cgroup === null ? 0 : (countOomKills(cgroup) ?? 0);
    const live = {
      service,
      run,
      identity,
      marker,
      cgroup,
      oomKills,
      startedAtMs,
      fingerprint: record.fingerprint ?? asked,
      seen: [],
      leaderExitTicks: null,
    };
    runs.add(live);
    if (alive) watchExit(identity, () => onExit(record));
    return {
      service,
      run,
      pid: identity.pid,
      alive,
      startedAtMs,
      wasReady: record.ready,
      restarts: record.restarts,
      outputs: record.outputs,
      sameProcess: asked !== null && (record.fingerprint ?? asked) === asked,
      startsAnew: living.size === 0,
      fallback: bareSpec(record, project.dir),
    };
  });
}

/** The monotonic clock stood still while the machine slept, and nobody wrote down for how long; the process's own age tells. */
function findStart({ identity, startedAtMs }: RunRecord): number {
  const bornAtMs = Math.floor(monotonicMs() - ageMs(identity));
  return startedAtMs - bornAtMs > NOTABLE_MS ? bornAtMs : startedAtMs;
}

/** As much of a service as is needed to stop it, where the file no longer tells. */
function bareSpec({ service, stop }: RunRecord, dir: string): ServiceSpec {
  return {
    name: service,
    description: null,
    image: null,
    type: 'service',
    schedule: null,
    start: 'auto',
    instances: null,
    instance: null,
    enabled: true,
    optional: true,
    profiles: [],
    command: ['false'],
    cwd: dir,
    env: {},
    inheritEnv: 'all',
    ports: {},
    sockets: [],
    readiness: null,
    liveness: null,
    watchdogMs: null,
    restart: {
      policy: 'never',
      strategy: 'replace',
      backoff: { firstMs: 0, initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
      stableAfterMs: 0,
      maxAttempts: 0,
      maxCrashes: 0,
      windowMs: 0,
      retryAfterMs: null,
    },
    successExit: [0],
    stop,
    memory: { heapBytes: null, warnBytes: null, softBytes: null, hardBytes: null, periodMs: 1000 },
    crashRules: [],
    outputs: {},
    watch: null,
    hooks: {},
    dependsOn: {},
    group: null,
  };
}
