import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlClient } from '../control/client.ts';
import { handsOver } from '../control/hand-over.ts';
import type { ProjectSnapshot, RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import { awaitedOf, findGone, findLost, type Goal, judge, leavesOpen, type Verdict } from './goal.ts';
import { ServiceView } from './service-view.ts';

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
  /** False: the supervisor is gone, or says nothing. */
  readonly answers: boolean;
  /** As they are now; where it does not answer, as they were at the beginning. */
  readonly services: readonly ServiceSnapshot[];
  /** Those of them for which waiting longer would not have helped; without those that only wait for another one of them. */
  readonly lost: readonly ServiceSnapshot[];
  /** Names of those that the file has no more. */
  readonly gone: readonly string[];
}

const LOOK_MS = 1000;
/** Time is up: a supervisor that hangs is not waited for any longer than that. */
const LAST_WORD_MS = 1000;
/** For an upgrade to load the project and to take over. */
const SUCCESSOR_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 50;

/** Names of entries that may change a state without announcing it. */
const AMBIGUOUS: ReadonlySet<RecordedEntry['type']> = new Set(['adopted', 'lost', 'reloaded', 'rolled-back']);

/** Waits until the services have reached the goal, cannot reach it, or time is up. Driven by events; asks only where an event says too little. */
export async function awaitServices(options: AwaitOptions): Promise<AwaitResult> {
  const { client, goal, forgiving } = options;
  const names: ReadonlySet<string> = new Set(options.names);
  const ended = new AbortController();
  const view = new ServiceView(options.snapshot);
  let outcome: AwaitResult['type'] | null = null;
  let timeIsUp = false;
  const look = () => {
    if (outcome !== null) return;
    const verdict = judge(view.services, { names, goal, forgiving });
    outcome = verdict.type === 'pending' ? (timeIsUp ? atTimeout(verdict, options) : null) : verdict.type;
    if (outcome !== null) ended.abort();
  };
  const show = (snapshot: ProjectSnapshot) => outcome === null && options.onServices?.(pick(snapshot, names));
  const refresh = async () => {
    const snapshot = await view.refresh(client, ended.signal);
    look();
    if (snapshot !== null) show(snapshot);
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
  let { seq: seen, pid: holder }: { seq: number; pid: number | null } = options.snapshot;
  while (outcome === null && holder !== null) {
    let makesRoom = false;
    const heard = await client.events(
      seen,
      (entry) => {
        seen = entry.seq;
        makesRoom ||= handsOver(entry);
        options.onEntry(entry);
        view.note(entry);
        look();
        if (AMBIGUOUS.has(entry.type) || (goal !== 'stopped' && leavesOpen(entry, view.services))) void refresh();
      },
      ended.signal,
    );
    // It hangs, and may come round; only its end, or the end of the time, is the end.
    if (!heard.ok && heard.reason === 'timeout') continue;
    holder = makesRoom ? await untilTakenOver(client, holder, ended.signal) : null;
    if (holder !== null) await refresh();
  }
  clearTimeout(timer);
  clearInterval(looking);
  const answer = await client.snapshot({ usage: false, ...(outcome === 'timed-out' && { timeoutMs: LAST_WORD_MS }) });
  // Ready for a moment, and given up since: what is told beside the services must be as true as they are.
  if (outcome === 'reached' && answer.ok && judge(answer.value.services.map(awaitedOf), { names, goal, forgiving }).type === 'failed')
    outcome = 'failed';
  return { type: outcome ?? 'supervisor-gone', answers: answer.ok, ...describe(answer.ok ? answer.value : options.snapshot, names, goal) };
}

/** The pid of the supervisor that goes on in the place of this one; null: none does, or nobody waits any longer. */
async function untilTakenOver(client: ControlClient, before: number, signal: AbortSignal): Promise<number | null> {
  for (const end = performance.now() + SUCCESSOR_WITHIN_MS; performance.now() < end && !signal.aborted; await sleep(ASK_AGAIN_MS)) {
    const answer = await client.snapshot({ usage: false, signal });
    if (answer.ok && answer.value.pid !== before) return answer.value.pid;
  }
  return null;
}

/** Time is up: what crashes again and again has failed; what starts for the first time may be given longer. */
function atTimeout(verdict: Extract<Verdict, { type: 'pending' }>, options: AwaitOptions): AwaitResult['type'] | null {
  if (options.patient && verdict.hopeful) return null;
  return options.patient && verdict.crashing ? 'failed' : 'timed-out';
}

function describe(snapshot: ProjectSnapshot, names: ReadonlySet<string>, goal: Goal): Omit<AwaitResult, 'type' | 'answers'> {
  const allLost = findLost(snapshot.services.map(awaitedOf), goal);
  const services = pick(snapshot, names);
  const isLost = (name: string): boolean => names.has(name) && allLost.has(name);
  const lost = services.filter(
    ({ name, blockedBy }) => isLost(name) && !blockedBy.some((blocker) => 'service' in blocker && isLost(blocker.service)),
  );
  return { services, lost, gone: findGone(snapshot.services, names) };
}

function pick(snapshot: ProjectSnapshot, names: ReadonlySet<string>): ServiceSnapshot[] {
  return snapshot.services.filter((service) => names.has(service.name));
}
