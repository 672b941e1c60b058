import type { Diagnostic } from '../config/diagnostic.ts';
import type { Failure, FailureCode } from '../library/failure.ts';

// What a command ends with. A number of its own for everything that a script wants to tell apart.
export const EXIT = {
  done: 0,
  serviceFailed: 1,
  usage: 2,
  notRunning: 3,
  /** Or no such run of it. */
  noSuchService: 5,
  planHasChanges: 10,
  /** A bug in omniroute itself. */
  internal: 70,
  lockedByAnother: 75,
  invalidFile: 78,
  /** The time that was given is over, for whatever reason: a service takes longer, or omniroute is there and does not answer. */
  timedOut: 124,
} as const;

/** A mistake or a state of things that ends a command: what is so, and what to do about it. */
export interface Refusal {
  readonly ok: false;
  readonly exitCode: number;
  readonly message: string;
  readonly hint: string | null;
  /** Of a file that is wrong: all that is known about it. Whoever refuses has shown them; with --json they are data, too. */
  readonly diagnostics: readonly Diagnostic[];
}

export function refuse(exitCode: number, message: string, hint: string | null = null, diagnostics: readonly Diagnostic[] = []): Refusal {
  return { ok: false, exitCode, message, hint, diagnostics };
}

const EXIT_OF: Readonly<Record<FailureCode, number>> = {
  'no-file': EXIT.invalidFile,
  'invalid-file': EXIT.invalidFile,
  'not-running': EXIT.notRunning,
  outlived: EXIT.notRunning,
  'already-running': EXIT.lockedByAnother,
  unanswered: EXIT.serviceFailed,
  'unknown-service': EXIT.noSuchService,
  'unknown-run': EXIT.noSuchService,
  refused: EXIT.serviceFailed,
  'bad-request': EXIT.usage,
  'service-failed': EXIT.serviceFailed,
  'timed-out': EXIT.timedOut,
  // A folder that the file or the environment names.
  'cannot-start': EXIT.invalidFile,
};

export function refuseFailure({ code, message, advice, diagnostics }: Failure): Refusal {
  return refuse(EXIT_OF[code], message, advice, diagnostics);
}
