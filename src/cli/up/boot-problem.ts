import type { DaemonResult } from '../../daemon/options.ts';
import { type Refusal, refuse } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { refuseInvalid } from '../refuse-invalid.ts';

/** Why the project did not start, as a refusal. */
export function refuseBoot(invocation: Invocation, result: Extract<DaemonResult, { type: 'invalid' | 'problem' }>): Refusal {
  return result.type === 'invalid' ? refuseInvalid(invocation, result.diagnostics) : refuse(result.exitCode, result.message);
}
