// The chain behind a state: the present sentence, how the last run ended, what was done about it, each with the line of the file that caused it.
import type { LoadedProject } from '../config/load.ts';
import { latestCrashReport } from '../logs/crash-report.ts';
import type { Cause } from '../supervisor/cause.ts';
import { describeCause, describeDuration } from '../supervisor/explain.ts';
import type { RecordedEntry } from '../supervisor/journal-entry.ts';
import type { ServiceSnapshot, WhyReport } from '../supervisor/snapshot.ts';
import { showPlace } from './place-text.ts';

/** How many journal entries the chain goes back. */
export const WHY_ENTRIES = 8;

/** The key of the file that brings about an end of this kind. */
const KEY_OF_CAUSE: Readonly<Partial<Record<Cause['type'], string>>> = {
  'spawn-error': 'command',
  'start-timeout': 'readiness.start_timeout',
  'fail-on': 'readiness.fail_on',
  liveness: 'liveness',
  'memory-soft': 'memory.soft',
  'memory-hard': 'memory.hard',
  'oom-heap': 'memory.heap',
  dependency: 'depends_on',
  'file-watch': 'watch',
};

const KEY_OF_STATE: Readonly<Partial<Record<ServiceSnapshot['state'], string>>> = {
  backoff: 'restart.backoff',
  failed: 'restart',
  unready: 'readiness',
  starting: 'readiness',
};

/** `entries`: about this service, the newest first. */
export function explainService(snapshot: ServiceSnapshot, entries: readonly RecordedEntry[], loaded: LoadedProject): WhyReport {
  const placeOf = (key: string | undefined): string | null => showPlace(loaded, snapshot.name, key);
  const now = {
    text: `${snapshot.name} is ${snapshot.state}${snapshot.why === '-' ? '' : `: ${snapshot.why}`}`,
    at: snapshot.since,
    place: placeOf(keyOfState(snapshot)),
  };
  const { lastEnd } = snapshot;
  const end = lastEnd && {
    text: `run ${lastEnd.run} ended after ${describeDuration(lastEnd.uptimeMs)}: ${describeCause(lastEnd.cause, lastEnd.lastLine, lastEnd.exit)}`,
    at: lastEnd.at,
    place: placeOf(keyOfCause(lastEnd.cause)),
  };
  const history = entries.map((entry) => ({
    text: `${entry.type}: ${entry.text}`,
    at: entry.time,
    place: entry.cause ? placeOf(keyOfCause(entry.cause)) : null,
  }));
  const crashReport = findCrashReport(snapshot.logFile.replace(/\/log$/, ''));
  return { service: snapshot.name, state: snapshot.state, chain: [now, ...(end ? [end] : []), ...history], crashReport };
}

/** What cannot be read is no reason not to tell the rest. */
function findCrashReport(folder: string): string | null {
  try {
    return latestCrashReport(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return null;
  }
}

function keyOfState({ state, blockedBy }: ServiceSnapshot): string | undefined {
  const blocker = blockedBy[0];
  if (blocker?.type === 'dependency' || blocker?.type === 'output') return `depends_on.${blocker.service}`;
  if (blocker?.type === 'port') return 'ports';
  if (blocker?.type === 'socket') return `sockets.${blocker.socket}`;
  if (blocker?.type === 'occasion') return blocker.of === 'schedule' ? 'schedule' : 'start';
  if (blocker?.type === 'group') return 'depends_on';
  return blocker ? 'enabled' : KEY_OF_STATE[state];
}

function keyOfCause(cause: Cause): string | undefined {
  return cause.type === 'config-reload' ? cause.fields[0] : KEY_OF_CAUSE[cause.type];
}
