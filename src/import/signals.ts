import type { StopFile } from '../config/file.ts';

/** Of Linux, from 1 on; a number that stands for no signal is empty. */
const NAMES =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  );

export type SignalName = NonNullable<StopFile['signal']>;

export function signalName(number: number): SignalName | undefined {
  const name = NAMES[number - 1];
  return name === undefined ? undefined : (`SIG${name}` as SignalName);
}

/** `SIGTERM`, `TERM` or 15. */
export function parseSignal(text: string): SignalName | undefined {
  if (/^\d+$/.test(text)) return signalName(Number(text));
  const name = text.toUpperCase().replace(/^SIG/, '');
  return NAMES.includes(name) ? (`SIG${name}` as SignalName) : undefined;
}
