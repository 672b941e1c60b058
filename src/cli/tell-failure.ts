import type { Failure } from '../library/failure.ts';
import { type Refusal, refuseFailure } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** A failure as a refusal; what is wrong with a file is shown before, all of it. */
export async function tellFailure(invocation: Invocation, failure: Failure): Promise<Refusal> {
  if (failure.diagnostics.length > 0) {
    const { renderDiagnostics } = await import('../config/diagnostic.ts');
    const { color } = invocation.err;
    invocation.err.write(`${renderDiagnostics(failure.diagnostics, { color, cwd: invocation.cwd }).trimEnd()}\n`);
  }
  return refuseFailure(failure);
}
