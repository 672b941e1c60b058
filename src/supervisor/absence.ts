// Nobody was awake for a while: omniroute was held up, or all of the machine was, as a virtual machine or a container that is paused. The
// monotonic clock went on meanwhile, but no time that was given to a service to become ready, to speak or to stop may have passed unused.
import { nextDeadline } from './deadlines.ts';
import { describeDuration } from './explain.ts';
import { NOTABLY_LATE_MS } from './health.ts';
import { isLive, type ServiceState, type SupervisorState } from './state.ts';
import type { Transition } from './transition.ts';

/**
 * Puts off what would otherwise be held against a service. That the core was not woken when it wanted to be is how it knows; since when
 * nobody was awake it cannot know, and so all the time since it was last awake does not count.
 */
export function excuseAbsence(t: Transition, before: SupervisorState): void {
  const absentMs = t.nowMs - before.awakeAtMs;
  // Asked first, because it is cheap: most events come in quick succession.
  if (absentMs <= NOTABLY_LATE_MS) return;
  const dueAtMs = nextDeadline(before);
  if (dueAtMs === null || t.nowMs - dueAtMs <= NOTABLY_LATE_MS) return;
  const excused = [...t.services.values()].filter((service) => excuse(t, service, absentMs));
  const { trial } = t.project;
  if (trial !== null) t.setTrial({ ...trial, dueAtMs: trial.dueAtMs + absentMs });
  if (excused.length > 0 || trial !== null)
    t.announce(null, 'woken-late', `nobody was awake for up to ${describeDuration(absentMs)}: that time is held against no service`);
}

/** False: nothing was held against it. */
function excuse(t: Transition, { name, phase, spec }: ServiceState, absentMs: number): boolean {
  if (phase.type === 'stopping' && phase.deadlineAtMs !== null) {
    t.enter(name, { ...phase, deadlineAtMs: phase.deadlineAtMs + absentMs });
    return true;
  }
  if (!isLive(phase)) return false;
  const { watchdogDueAtMs, unwatchedMs } = phase.run;
  const isTimed = watchdogDueAtMs !== null || (phase.type === 'starting' && spec.readiness !== null);
  if (!isTimed) return false;
  const run = {
    ...phase.run,
    unwatchedMs: unwatchedMs + absentMs,
    watchdogDueAtMs: watchdogDueAtMs === null ? null : watchdogDueAtMs + absentMs,
  };
  t.enter(name, { ...phase, run });
  return true;
}
