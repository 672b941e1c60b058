// start, stop, restart, enable, disable: an order, then waiting until it is so.
import type { ControlCommand } from '../control/protocol.ts';
import { type Steering, steerServices } from '../library/steer.ts';
import { EXIT, type Refusal, refuseFailure } from './exit-code.ts';
import { type Invocation, note, printJson } from './invocation.ts';
import { openProjectWith } from './known-service.ts';
import { listNames } from './render/summary.ts';
import { reportOutcome } from './report-outcome.ts';
import { submitOrder } from './running.ts';
import { openWaitView } from './wait-view.ts';

/** Gives the order and waits; returns the exit code. */
export async function steer(invocation: Invocation, steering: Steering): Promise<number | Refusal> {
  const running = await openProjectWith(invocation, steering.services);
  if (!running.ok) return running;
  const { names } = running;
  const view = openWaitView(invocation, names);
  const result = await steerServices(running, { ...steering, services: names }, view);
  view.close();
  return result.ok ? reportOutcome(invocation, running, result, steering.goal) : refuseFailure(result);
}

/** An order that takes effect at once; `done` says of the services what became of them, as the end of a wait does: `server enabled`. */
export async function order(
  invocation: Invocation,
  services: readonly string[],
  command: ControlCommand,
  done: string,
): Promise<number | Refusal> {
  const running = await openProjectWith(invocation, services);
  if (!running.ok) return running;
  const accepted = await submitOrder(invocation, running, command);
  if (!accepted.ok) return accepted;
  const message = `${listNames(running.names)} ${done}`;
  if (invocation.json) printJson(invocation, { ok: true, message });
  else note(invocation, message);
  return EXIT.done;
}
