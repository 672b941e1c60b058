// An occasion has come, was missed, or is over.
import { describeBlockers } from './blocker-words.ts';
import { planOccasion } from './occasion.ts';
import { startAfresh } from './start.ts';
import { hasRun } from './state.ts';
import { beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

export function handlePlanned(t: Transition, name: string, atMs: number | null): void {
  if (!isScheduled(t, name)) return;
  t.update(name, { nextRunAtMs: atMs });
  if (atMs === null) t.announce(name, 'schedule', 'its cron line names no time to come');
}

/** The planned instant has passed. */
export function handleItsTime(t: Transition, name: string): void {
  t.update(name, { nextRunAtMs: null });
  planOccasion(t, name);
  takeOccasion(t, name, 'its time has come');
}

/** `when`: in words. */
export function handleMissed(t: Transition, name: string, when: string): void {
  if (!isScheduled(t, name)) return;
  if (t.get(name).spec.schedule?.misfire === 'run') takeOccasion(t, name, `its time passed unseen (${when}): runs now`);
  else t.announce(name, 'schedule', `its time passed unseen (${when}): skipped`);
}

export function handleDemand(t: Transition, name: string): void {
  const service = t.services.get(name);
  if (service?.spec.start !== 'on-demand' || service.due || service.phase.type !== 'waiting') return;
  t.update(name, { due: true });
  t.announce(name, 'schedule', 'a connection arrived');
}

/** The run that an occasion began is over for good: the next one waits for another, unless that has come already. */
export function endOccasion(t: Transition, name: string): void {
  const { spec, queued } = t.get(name);
  if (spec.schedule === null) return;
  t.update(name, { due: queued, queued: false });
  if (queued) startAfresh(t, name);
}

function isScheduled(t: Transition, name: string): boolean {
  const service = t.services.get(name);
  return service?.desired.type === 'up' && service.spec.schedule !== null;
}

function takeOccasion(t: Transition, name: string, why: string): void {
  const { phase, due, disabledBy } = t.get(name);
  if (disabledBy !== null) return t.announce(name, 'schedule', `skipped: disabled by ${disabledBy}`);
  if (hasRun(phase)) return overlap(t, name, phase.run.number);
  if (phase.type === 'waiting' && due)
    return t.announce(name, 'schedule', `skipped: the run before has not begun: ${describeBlockers(phase.blockers) || 'it is about to'}`);
  t.update(name, { due: true });
  t.announce(name, 'schedule', why);
  if (phase.type !== 'waiting') startAfresh(t, name);
}

function overlap(t: Transition, name: string, run: number): void {
  switch (t.get(name).spec.schedule?.overlap) {
    case 'queue':
      t.update(name, { queued: true });
      return t.announce(name, 'schedule', `queued: run ${run} goes on`);
    case 'replace':
      t.announce(name, 'schedule', `replaces run ${run}, which goes on`);
      t.update(name, { restartWanted: true });
      return beginStop(t, name, { type: 'schedule' });
    default:
      return t.announce(name, 'schedule', `skipped: run ${run} goes on`);
  }
}
