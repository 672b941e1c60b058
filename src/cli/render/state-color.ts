import type { RecordedEntry, ServiceSnapshot } from '../../control/protocol.ts';
import type { Paint } from '../screen.ts';

/** Green: as it should be. Yellow: on its way, or trying. Red: needs a person. Dim: not wanted. */
export function paintState(paint: Paint, state: ServiceSnapshot['state'], text: string): string {
  switch (state) {
    case 'ready':
    case 'completed':
      return paint.green(text);
    case 'waiting':
    case 'starting':
    case 'stopping':
      return paint.cyan(text);
    case 'unready':
    case 'backoff':
      return paint.yellow(text);
    case 'failed':
      return paint.red(text);
    case 'stopped':
      return paint.dim(text);
  }
}

const ALARMING: ReadonlySet<RecordedEntry['type']> = new Set(['crashed', 'failed', 'hook-failed', 'lost', 'straggler-left', 'log-dropped']);
const WARNING: ReadonlySet<RecordedEntry['type']> = new Set([
  'backoff',
  'unready',
  'rule',
  'memory-warning',
  'disabled',
  'reload-refused',
  'rolled-back',
  'config-invalid',
  'notification-failed',
]);
const GOOD: ReadonlySet<RecordedEntry['type']> = new Set(['ready', 'completed', 'adopted', 'reload-settled']);

export function paintEntry(paint: Paint, type: RecordedEntry['type'], text: string): string {
  if (ALARMING.has(type)) return paint.red(text);
  if (WARNING.has(type)) return paint.yellow(text);
  return GOOD.has(type) ? paint.green(text) : text;
}

/** Said under -q too. */
export function isNoteworthy(type: RecordedEntry['type']): boolean {
  return ALARMING.has(type) || WARNING.has(type);
}
