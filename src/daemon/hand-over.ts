// Omniroute makes room for another one, as after an upgrade: it ends as if it had been killed, but in order.
import type { HandOver } from '../control/protocol.ts';
import { hasRun, type SupervisorState } from '../supervisor/state.ts';
import type { DaemonOptions } from './options.ts';

export const GOING_DOWN = 'omniroute is going down: once it is gone, `omniroute up` starts it again';

/** In words; null: nothing is under way that only this process could finish. */
export function findHandOverObstacle(state: SupervisorState, mode: DaemonOptions['mode']): string | null {
  if (mode === 'foreground') return 'it runs in the foreground of a terminal: end it there with Ctrl-C, and start it again';
  if (mode === 'embedded') return 'it runs inside another program: end it there, and start it again';
  if (state.goingDown) return GOING_DOWN;
  if (state.trial !== null)
    return 'a change of the file is still on trial, and would not be rolled back if it fails: try again when it has settled';
  const busy = [...state.services.values()].find(({ phase }) => phase.type === 'stopping' || (hasRun(phase) && phase.run.pid === null));
  // The next one would not know of it, or, after a change of the file, would not wait for turns.
  const queued = [...state.services.values()].find(({ turn }) => turn !== null);
  if (busy === undefined && queued !== undefined)
    return `${queued.name} is to be restarted when its turn comes: try again when it has been; \`omniroute ps\` shows what holds it up`;
  return busy === undefined
    ? null
    : `${busy.name} is just ${busy.phase.type === 'stopping' ? 'stopping' : 'starting'}: try again in a moment`;
}

export function describeHandOver(state: SupervisorState, options: DaemonOptions): HandOver {
  const { recovery, maxRestarts, watch, listen } = options;
  return {
    profiles: state.profiles,
    recovery,
    maxRestarts,
    watch,
    listen: listen && { host: listen.host, port: listen.port },
  };
}
