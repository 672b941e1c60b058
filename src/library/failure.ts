// What kept something from being done: a value inside, thrown as one class at the library's edge.
import type { Diagnostic } from '../config/diagnostic.ts';
import type { Place } from '../config/place.ts';
import type { ServiceSnapshot } from '../control/protocol.ts';

export type FailureCode =
  /** There is no project file where it was looked for. */
  | 'no-file'
  /** The project file has mistakes: `diagnostics`. */
  | 'invalid-file'
  /** No supervisor runs, and nothing of the project. */
  | 'not-running'
  /** The supervisor is gone, and services of it still run. */
  | 'outlived'
  /** Another supervisor holds the project. */
  | 'already-running'
  /** A supervisor runs, but cannot be reached, is another user's or of another version, or broke off. */
  | 'unanswered'
  | 'unknown-service'
  /** No log that was asked for holds anything of the run. */
  | 'unknown-run'
  /** Understood, and not done: omniroute is going down, say. */
  | 'refused'
  /** An argument is not what it must be. */
  | 'bad-request'
  /** A service cannot become what was waited for: `services`. */
  | 'service-failed'
  | 'timed-out'
  /** The machine does not let a supervisor start: a folder that cannot be written, say. */
  | 'cannot-start';

export interface Failure {
  readonly ok: false;
  readonly code: FailureCode;
  readonly message: string;
  /** What to do about it, where that can be told. */
  readonly advice: string | null;
  /** Of an invalid file: all that is wrong with it. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of a wait: those that are not where they should be. */
  readonly services: readonly ServiceSnapshot[];
}

export function fail(
  code: FailureCode,
  message: string,
  rest: Partial<Pick<Failure, 'advice' | 'diagnostics' | 'services'>> = {},
): Failure {
  return { ok: false, code, message, advice: null, diagnostics: [], services: [], ...rest };
}

export function failInvalid(diagnostics: readonly Diagnostic[]): Failure {
  const errors = diagnostics.filter((each) => each.severity === 'error').length;
  return fail('invalid-file', `the project file is invalid: ${errors} ${errors === 1 ? 'error' : 'errors'}`, { diagnostics });
}

/** What the functions of the library throw and reject with for everything that they foresee. */
export class OmnirouteError extends Error {
  override readonly name = 'OmnirouteError';
  readonly code: FailureCode;
  readonly advice: string | null;
  /** In the project file; null where it is about something else. */
  readonly place: Place | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly services: readonly ServiceSnapshot[];

  constructor({ code, message, advice, diagnostics, services }: Failure) {
    const first = diagnostics.find(({ severity }) => severity === 'error');
    super(first === undefined ? message : `${message}; the first: ${describe(first)}`);
    this.code = code;
    this.advice = advice;
    this.place = first?.place ?? null;
    this.diagnostics = diagnostics;
    this.services = services;
  }
}

function describe({ place, message }: Diagnostic): string {
  return place === null ? message : `${place.file}:${place.line}:${place.col}: ${message}`;
}

/** The value, or its failure thrown. */
export function unwrap<Value extends { readonly ok: true }>(result: Value | Failure): Value {
  if (!result.ok) throw new OmnirouteError(result);
  return result;
}
