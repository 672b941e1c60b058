// How the journal tells that a supervisor ends for another one to go on: whoever waits for services goes on with that one.
import type { RecordedEntry } from './protocol.ts';

export const HANDS_OVER = 'hands over to another omniroute; services run on';

export function handsOver({ type, text }: Pick<RecordedEntry, 'type' | 'text'>): boolean {
  return type === 'supervisor-stopping' && text === HANDS_OVER;
}
