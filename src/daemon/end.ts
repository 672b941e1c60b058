import { hasRun, type Phase, type SupervisorState } from '../supervisor/state.ts';

/** The exit code once there is nothing left to supervise; null while there is. */
export function endOf(state: SupervisorState): number | null {
  const services = [...state.services.values()];
  if (state.goingDown) return services.every(({ phase }) => phase.type === 'stopped') ? 0 : null;
  // A project of jobs alone is done when they are; one with a service goes on.
  const wanted = services.filter(({ desired }) => desired.type === 'up');
  const isOver = wanted.length > 0 && wanted.every(({ spec, phase }) => spec.type === 'job' && spec.schedule === null && isFinal(phase));
  if (!isOver || services.some(({ phase }) => hasRun(phase))) return null;
  return wanted.some(({ phase, spec }) => phase.type === 'failed' && !spec.optional) ? 1 : 0;
}

function isFinal(phase: Phase): boolean {
  return phase.type === 'completed' || (phase.type === 'failed' && phase.retryAtMs === null);
}
