import { type Diagnostic, renderDiagnostics } from '../config/diagnostic.ts';
import { failInvalid } from '../library/failure.ts';
import { type Refusal, refuseFailure } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

export function refuseInvalid(invocation: Invocation, diagnostics: readonly Diagnostic[]): Refusal {
  invocation.err.write(`${renderDiagnostics(diagnostics, { color: invocation.err.color, cwd: invocation.cwd }).trimEnd()}\n`);
  return refuseFailure(failInvalid(diagnostics));
}
