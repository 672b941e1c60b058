import type { RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';

const STATES: Partial<Record<RecordedEntry['type'], ServiceSnapshot['state']>> = {
  waiting: 'waiting',
  starting: 'starting',
  ready: 'ready',
  unready: 'unready',
  stopping: 'stopping',
  stopped: 'stopped',
  backoff: 'backoff',
  completed: 'completed',
  failed: 'failed',
};

/** The state that an entry announces; null where it announces none. */
export function stateAfter(entry: RecordedEntry): ServiceSnapshot['state'] | null {
  return STATES[entry.type] ?? null;
}
