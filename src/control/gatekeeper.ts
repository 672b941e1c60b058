// One rule for every TCP port of omniroute: who may pass, and how often somebody may guess.
import { type Caller, type Gate, refuseAccess } from './access.ts';
import type { Problem } from './problem.ts';
import { WrongTokens } from './wrong-tokens.ts';

export interface GateRefusal extends Problem {
  /** Of `too-many-requests`: the header `retry-after`, in seconds. */
  readonly retryAfterSeconds?: number;
}

export class Gatekeeper {
  readonly #gate: Gate;
  readonly #wrong = new WrongTokens();

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** Null where the caller may pass: with the right token always, however often others guessed wrong. `nowMs` is on the monotonic clock. */
  refuse(caller: Caller, nowMs: number): GateRefusal | null {
    const problem = refuseAccess(caller, this.#gate);
    if (problem === null || problem.error !== 'unauthorized' || !this.#wrong.note(nowMs)) return problem;
    const retryAfterSeconds = Math.ceil(this.#wrong.retryAfterMs(nowMs) / 1000);
    return { error: 'too-many-requests', message: 'too many wrong tokens', retryAfterSeconds };
  }
}
