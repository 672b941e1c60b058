// An order, then waiting until it is so.
import type { ControlCommand, RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import { type AwaitOptions, type AwaitResult, awaitServices } from './await-services.ts';
import { type Failure, fail } from './failure.ts';
import { awaitedOf, type Goal, hasReached } from './goal.ts';
import { explainUnanswered, giveOrder, type RunningProject } from './running-project.ts';

/** How long a service that keeps crashing is watched before it is given up. */
const PATIENCE_MS = 60_000;

export interface Steering {
  readonly services: readonly string[];
  readonly order: ControlCommand;
  readonly goal: Goal;
  /** Null: until it is so or cannot become so. */
  readonly timeoutMs: number | null;
}

export interface SteeringView {
  onEntry(entry: RecordedEntry): void;
  onServices?(services: readonly ServiceSnapshot[]): void;
}

/** Without a timeout: patient with first starts, not with crashing. */
export function patienceOf(timeoutMs: number | null): Pick<AwaitOptions, 'timeoutMs' | 'patient'> {
  return { timeoutMs: timeoutMs ?? PATIENCE_MS, patient: timeoutMs === null };
}

/** Gives the order and waits. `goal` `settled` without a timeout is patient: start_timeout of the services bounds it. */
export async function steerServices(
  running: RunningProject,
  { services, order, goal, timeoutMs }: Steering,
  view: SteeringView,
): Promise<({ readonly ok: true } & AwaitResult) | Failure> {
  const accepted = await giveOrder(running, order);
  if (!accepted.ok) return accepted;
  const answer = await running.client.snapshot({ usage: false });
  if (!answer.ok) return explainUnanswered(running.project, answer);
  const result = await awaitServices({
    client: running.client,
    snapshot: answer.value,
    names: services,
    goal,
    forgiving: false,
    ...(goal === 'settled' ? patienceOf(timeoutMs) : { timeoutMs, patient: false }),
    ...view,
  });
  return { ok: true, ...result };
}

/** Of a service that was waited for. */
export function describeGone(name: string): string {
  return `${name} is gone: the file has it no more`;
}

/** Those that are where they should be; else who is not, and why. */
export function judgeResult(
  { type, answers, services, lost, gone }: AwaitResult,
  goal: Goal,
): { readonly ok: true; readonly services: AwaitResult['services'] } | Failure {
  if (type === 'reached') return { ok: true, services };
  const unfinished = services.filter((service) => !hasReached(awaitedOf(service), goal));
  const told = lost.length > 0 ? lost : unfinished;
  const list = [
    ...gone.map(describeGone),
    ...told.map(({ name, state, why }) => `${name} is ${state}${why === '-' ? '' : ` (${why})`}`),
  ].join(', ');
  const advice = `\`omniroute why ${told[0]?.name ?? 'SERVICE'}\` and \`omniroute logs\` tell more`;
  if (type === 'supervisor-gone') return fail('not-running', `omniroute ended before this was done: ${list}`, { services: told });
  if (type === 'timed-out')
    return answers
      ? fail('timed-out', `timed out: ${list}`, { services: told, advice: 'omniroute goes on; only the wait has ended' })
      : fail('timed-out', `timed out, and omniroute does not answer; when it last did: ${list}`, { services: told, advice });
  return fail('service-failed', list, { services: told, advice });
}
