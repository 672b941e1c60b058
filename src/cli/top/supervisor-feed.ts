// How the project stands: a snapshot every second and after every entry, and the way back to a supervisor that went away.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlClient } from '../../control/client.ts';
import type { RunningProject } from '../../library/running-project.ts';
import type { Invocation } from '../invocation.ts';
import { openRunningProject, refuseAnswer } from '../running.ts';
import type { TopEvent } from './model.ts';

const REFRESH_MS = 1000;
/** Entries come in bursts: so often at most. */
const SOON_MS = 50;
/** What had happened before the view was opened is shown between the logs. */
const HISTORY_ENTRIES = 100;

export interface SupervisorFeed {
  /** Of the one that answers, or answered last. The journal tells what is asked with it from what was typed. */
  client(): ControlClient;
  refreshSoon(): void;
  /** Resolves when the signal is aborted. */
  readonly ended: Promise<void>;
}

export function openSupervisorFeed(
  invocation: Invocation,
  first: RunningProject,
  post: (event: TopEvent) => void,
  signal: AbortSignal,
): SupervisorFeed {
  let running = first;
  let isAsking = false;
  let soon: NodeJS.Timeout | null = null;
  const refresh = async () => {
    soon = null;
    if (isAsking) return;
    isAsking = true;
    const answer = await running.client.snapshot({ usage: true });
    isAsking = false;
    if (signal.aborted) return;
    if (answer.ok) return post({ type: 'snapshot-taken', project: answer.value });
    // One that is gone is told by the end of its events.
    if (answer.reason === 'not-running') return;
    const { message, hint } = await refuseAnswer(running.project, answer);
    post({ type: 'supervisor-lost', message, hint });
  };
  const follow = async () => {
    let afterSeq = Math.max(0, running.snapshot.seq - HISTORY_ENTRIES);
    while (!signal.aborted) {
      const timer = setInterval(() => void refresh(), REFRESH_MS);
      await running.client.events(afterSeq, (entry) => post({ type: 'entry-recorded', entry }), signal);
      clearInterval(timer);
      if (signal.aborted) return;
      // One that answers and breaks off at once is not asked without a pause.
      await sleep(SOON_MS);
      const found = await findAgain(invocation, post, signal);
      if (found === null) return;
      running = found;
      afterSeq = running.snapshot.seq;
      post({ type: 'snapshot-taken', project: running.snapshot });
    }
  };
  const ended = follow();
  return {
    client: () => running.client.as('top'),
    refreshSoon: () => {
      soon ??= setTimeout(() => void refresh(), SOON_MS);
    },
    ended: ended.finally(() => soon !== null && clearTimeout(soon)),
  };
}

/** Null: the signal was aborted meanwhile. */
async function findAgain(invocation: Invocation, post: (event: TopEvent) => void, signal: AbortSignal): Promise<RunningProject | null> {
  // What it says of a broken file would stand in the middle of the view.
  const silent = { ...invocation, err: { ...invocation.err, write: () => undefined } };
  while (!signal.aborted) {
    const running = await openRunningProject(silent, { usage: true });
    if (running.ok) return running;
    if (signal.aborted) break;
    post({ type: 'supervisor-lost', message: running.message, hint: running.hint });
    await sleep(REFRESH_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
