// What a service says of itself: that it is ready, and that it is not stuck.
import { describeDuration } from './explain.ts';
import { becomeReadyIfSatisfied } from './health.ts';
import { isLive } from './state.ts';
import { beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

export function handleNotified(t: Transition, name: string, what: 'ready' | 'ping' | 'stuck'): void {
  const { phase, spec } = t.get(name);
  if (!isLive(phase)) return;
  if (what === 'stuck') return beginStop(t, name, { type: 'liveness', reason: 'it says itself that it is stuck' });
  const notified = phase.run.notified || what === 'ready';
  const watchdogDueAtMs = spec.watchdogMs === null || phase.type === 'starting' ? phase.run.watchdogDueAtMs : t.nowMs + spec.watchdogMs;
  if (notified === phase.run.notified && watchdogDueAtMs === phase.run.watchdogDueAtMs) return;
  t.enter(name, { ...phase, run: { ...phase.run, notified, watchdogDueAtMs } });
  becomeReadyIfSatisfied(t, name);
}

export function endSilence(t: Transition, name: string): void {
  beginStop(t, name, { type: 'liveness', reason: `silent for ${describeDuration(t.get(name).spec.watchdogMs ?? 0)} (watchdog)` });
}
