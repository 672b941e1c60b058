// The end of a whole project, proven: nothing that it started is left.
import type { RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import type { Failure } from './failure.ts';
import { isProcessAlive, untilGone } from './process-alive.ts';
import { giveOrder, type RunningProject } from './running-project.ts';

/** Between its last word and its end, omniroute only removes its socket. */
const LAST_STEP_MS = 10_000;
/** A process stuck in the kernel may hold omniroute, which tries again and again, for ever. */
const STRAGGLER_MS = 10_000;
const LOOK_MS = 1000;

export interface DownOptions {
  /** Null: that of each service. */
  readonly gracePeriodMs: number | null;
  /** SIGKILL to every process group at once. */
  readonly force: boolean;
  readonly onEntry: (entry: RecordedEntry) => void;
  /** From when the order was taken on every second: what is waited for changes without an entry. */
  readonly onServices?: (services: readonly ServiceSnapshot[]) => void;
}

export interface DownResult {
  readonly ok: true;
  /** What is still there though it should not be. */
  readonly left: readonly { readonly name: string; readonly pid: number }[];
  /** In words, what omniroute could not end. */
  readonly stragglers: readonly string[];
}

/** Stops everything in reverse order, then omniroute itself, and looks whether anything is left. */
export async function bringDown(running: RunningProject, options: DownOptions): Promise<DownResult | Failure> {
  const { gracePeriodMs, force, onEntry } = options;
  const { snapshot } = running;
  const watched = watchEnd(running, onEntry);
  const accepted = await giveOrder(running, { type: 'down', gracePeriodMs, force });
  // It may have gone between the two questions: what counts is that it is gone.
  if (!accepted.ok && accepted.code !== 'not-running' && accepted.code !== 'outlived') {
    watched.stop();
    return accepted;
  }
  const stopLooking = accepted.ok ? lookOn(running, options) : () => {};
  const stragglers = await watched.end;
  stopLooking();
  // The program that it was embedded in goes on.
  const supervisorGone = snapshot.mode === 'embedded' || (await untilGone(snapshot.pid, LAST_STEP_MS));
  const left = [
    ...(supervisorGone ? [] : [{ name: 'omniroute', pid: snapshot.pid }]),
    ...snapshot.services.flatMap(({ name, pid }) => (pid !== null && isProcessAlive(pid) ? [{ name, pid }] : [])),
  ];
  return { ok: true, left, stragglers };
}

/** The answer ends it. */
function lookOn({ client, snapshot }: RunningProject, { onServices }: DownOptions): () => void {
  if (onServices === undefined) return () => {};
  onServices(snapshot.services);
  let isOver = false;
  const timer = setInterval(async () => {
    const answer = await client.snapshot({ usage: false });
    if (answer.ok && !isOver) onServices(answer.value.services);
  }, LOOK_MS);
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

interface Watch {
  /** The supervisor has ended, or what no SIGKILL ends has been waited for long enough; in words what was left over. */
  readonly end: Promise<string[]>;
  stop(): void;
}

function watchEnd({ client, snapshot }: RunningProject, onEntry: (entry: RecordedEntry) => void): Watch {
  const stragglers: string[] = [];
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const hear = (entry: RecordedEntry): void => {
    onEntry(entry);
    if (entry.type !== 'straggler-left') return;
    stragglers.push(entry.text);
    timer ??= setTimeout(() => patience.abort(), STRAGGLER_MS);
  };
  const end = client.events(snapshot.seq, hear, patience.signal).then(() => {
    clearTimeout(timer);
    return stragglers;
  });
  return { end, stop: () => patience.abort() };
}
