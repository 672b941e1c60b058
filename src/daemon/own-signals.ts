// Signals to omniroute itself. Foreground: first Ctrl-C = down, second = SIGKILL to every group now, third = leave at once.
import { constants } from 'node:os';
import type { DaemonOptions } from './options.ts';

export interface SignalHandlers {
  onDown(signal: NodeJS.Signals): void;
  onKill(): void;
  onReload(): void;
}

/** Listens until the returned function is called. */
export function handleOwnSignals(mode: DaemonOptions['mode'], handlers: SignalHandlers): () => void {
  if (mode === 'embedded') return () => {};
  let asked = 0;
  const down = (signal: NodeJS.Signals): void => {
    asked += 1;
    if (asked === 1) handlers.onDown(signal);
    else if (asked === 2) handlers.onKill();
    else process.exit(128 + constants.signals[signal]);
  };
  const hangUp = (signal: NodeJS.Signals): void => (mode === 'foreground' ? down(signal) : handlers.onReload());
  process.on('SIGINT', down).on('SIGTERM', down).on('SIGHUP', hangUp);
  return () => {
    process.off('SIGINT', down).off('SIGTERM', down).off('SIGHUP', hangUp);
  };
}
