import type { ControlClient } from '../control/client.ts';
import type { ProjectSnapshot, RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import { type Awaited, afterEntry, awaitedOf, type Goal, judge, type Verdict } from './goal.ts';

export interface AwaitOptions {
  readonly client: ControlClient;
  /** Taken after the order was given: from its journal position on, every entry is looked at. */
  readonly snapshot: ProjectSnapshot;
  readonly names: readonly string[];
  readonly goal: Goal;
  readonly forgiving: boolean;
  /** Null: no end. */
  readonly timeoutMs: number | null;
  /** After the timeout, a service in its first start is still given its own start_timeout. */
  readonly patient: boolean;
  readonly onEntry: (entry: RecordedEntry) => void;
  /** At the beginning and then every second: what is waited for changes without an entry. */
  readonly onServices?: (services: readonly ServiceSnapshot[]) => void;
}

export interface AwaitResult {
  readonly type: 'reached' | 'failed' | 'timed-out' | 'supervisor-gone';
  /** As they are now; where the supervisor is gone, as they were at the beginning. */
  readonly services: readonly ServiceSnapshot[];
}

const LOOK_MS = 1000;

/** Names of entries that may change a state without announcing it. */
const AMBIGUOUS: ReadonlySet<RecordedEntry['type']> = new Set(['adopted', 'lost', 'reloaded', 'rolled-back']);

/** Waits until the services have reached the goal, cannot reach it, or time is up. Driven by events; asks only where an event says too little. */
export async function awaitServices(options: AwaitOptions): Promise<AwaitResult> {
  const { client, goal, forgiving } = options;
  const ended = new AbortController();
  let services: readonly Awaited[] = pick(options.snapshot, options.names).map(awaitedOf);
  let outcome: AwaitResult['type'] | null = null;
  let timeIsUp = false;
  const look = () => {
    if (outcome !== null) return;
    const verdict = judge(services, goal, { forgiving });
    outcome = verdict.type === 'pending' ? (timeIsUp ? atTimeout(verdict, options) : null) : verdict.type;
    if (outcome !== null) ended.abort();
  };
  const show = (snapshot: ProjectSnapshot) => outcome === null && options.onServices?.(pick(snapshot, options.names));
  const refresh = async () => {
    const answer = await client.snapshot({ usage: false });
    if (answer.ok) services = pick(answer.value, options.names).map(awaitedOf);
    look();
    if (answer.ok) show(answer.value);
  };
  look();
  show(options.snapshot);
  const looking = options.onServices ? setInterval(() => void refresh(), LOOK_MS) : undefined;
  const timer =
    options.timeoutMs === null
      ? undefined
      : setTimeout(() => {
          timeIsUp = true;
          look();
        }, options.timeoutMs);
  if (outcome === null) {
    await client.events(
      options.snapshot.seq,
      (entry) => {
        options.onEntry(entry);
        services = afterEntry(services, entry);
        if (AMBIGUOUS.has(entry.type)) void refresh();
        else look();
      },
      ended.signal,
    );
  }
  clearTimeout(timer);
  clearInterval(looking);
  const answer = await client.snapshot({ usage: false });
  return { type: outcome ?? 'supervisor-gone', services: pick(answer.ok ? answer.value : options.snapshot, options.names) };
}

/** Time is up: what crashes again and again has failed; what starts for the first time may be given longer. */
function atTimeout(verdict: Extract<Verdict, { type: 'pending' }>, options: AwaitOptions): AwaitResult['type'] | null {
  if (options.patient && verdict.hopeful) return null;
  return options.patient && verdict.crashing ? 'failed' : 'timed-out';
}

function pick(snapshot: ProjectSnapshot, names: readonly string[]): ServiceSnapshot[] {
  return snapshot.services.filter((service) => names.includes(service.name));
}
