// start, stop, restart, enable, disable: an order, then waiting until it is so.
import type { ControlCommand } from '../control/protocol.ts';
import { awaitServices } from './await-services.ts';
import { EXIT, type Refusal } from './exit-code.ts';
import type { Goal } from './goal.ts';
import { type Invocation, note, printJson } from './invocation.ts';
import { openProjectWith } from './known-service.ts';
import { openLiveView } from './live-view.ts';
import { reportOutcome } from './report-outcome.ts';
import { refuseAnswer, submitOrder } from './running.ts';

/** How long a service that keeps crashing is watched before the command gives up on it. */
export const PATIENCE_MS = 60_000;

export interface Steering {
  readonly services: readonly string[];
  readonly order: ControlCommand;
  readonly goal: Goal;
  /** Null: until it is so or cannot become so. */
  readonly timeoutMs: number | null;
}

/** Gives the order and waits; returns the exit code. `goal` `settled` without a timeout is patient: start_timeout of the services bounds it. */
export async function steer(invocation: Invocation, steering: Steering): Promise<number | Refusal> {
  const running = await openProjectWith(invocation, steering.services);
  if (!running.ok) return running;
  const accepted = await submitOrder(invocation, running, steering.order);
  if (!accepted.ok) return accepted;
  const answer = await running.client.snapshot({ usage: false });
  if (!answer.ok) return refuseAnswer(running.project, answer);
  const patient = steering.timeoutMs === null && steering.goal === 'settled';
  const view = openLiveView({ ...invocation, quiet: invocation.quiet || invocation.json }, { json: false });
  const result = await awaitServices({
    client: running.client,
    snapshot: answer.value,
    names: running.names,
    goal: steering.goal,
    forgiving: false,
    timeoutMs: patient ? PATIENCE_MS : steering.timeoutMs,
    patient,
    onEntry: (entry) => entry.service !== null && running.names.includes(entry.service) && view.entry(entry),
    onServices: view.show,
  });
  view.close();
  return reportOutcome(invocation, running, result, steering.goal);
}

/** An order that takes effect at once; `done` says what it did. */
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
  if (invocation.json) printJson(invocation, { ok: true, message: done });
  else note(invocation, done);
  return EXIT.done;
}
