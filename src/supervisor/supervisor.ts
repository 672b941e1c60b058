// The pure core: step(state, event, nowMs) → { state, effects }. It decides everything and touches nothing.
import { excuseAbsence } from './absence.ts';
import { assertNever } from './assert-never.ts';
import { handleDeadlines } from './deadlines.ts';
import { concernedBy, dependentsGoingDown } from './dependencies.ts';
import type { Effect } from './effect.ts';
import type { Event, RunEvent } from './event.ts';
import { finishRun } from './finish.ts';
import { leaveIfNeedless } from './overlap.ts';
import { judgeTrial, takeBackIfCrashed } from './reload.ts';
import { handleRequest } from './request.ts';
import { concerns, handleRunEvent } from './run-event.ts';
import { progressWaiting } from './start.ts';
import { isLive, type ServiceState, type SupervisorState } from './state.ts';
import { beginStop } from './stop.ts';
import { Transition } from './transition.ts';
import { takeTurn } from './turn.ts';

/** How a service without a process was when it was stopped. */
const WITHOUT_PROCESS = {
  waiting: 'it was waiting',
  backoff: 'it was in backoff',
  failed: 'it had failed',
  completed: 'it had completed',
} as const;

export interface Step {
  readonly state: SupervisorState;
  /** To be carried out in order; what is to be announced may come last. */
  readonly effects: readonly Effect[];
}

/** What a fact makes of the state, and what is to be done about it. `nowMs` is monotonic and never less than before. */
export function step(state: SupervisorState, event: Event, nowMs: number): Step {
  const t = new Transition(state, nowMs);
  excuseAbsence(t, state);
  if (event.type === 'deadline-passed') handleDeadlines(t);
  else if (isRunEvent(event)) handleRunEventOnce(t, event);
  else handleRequest(t, event);
  reconcile(t);
  judgeTrial(t);
  reconcile(t);
  return t.end();
}

function isRunEvent(event: Event): event is RunEvent {
  return 'run' in event;
}

/** The one guard: a fact from an earlier run, or one that comes too late to matter, is dropped here. */
function handleRunEventOnce(t: Transition, event: RunEvent): void {
  const service = t.services.get(event.service);
  if (service && concerns(event, service)) handleRunEvent(t, event);
}

/** Moves services towards what is desired, until nothing moves any more: those that changed, and those that look at them. */
function reconcile(t: Transition): void {
  for (let touched = t.takeTouched(); touched.size > 0; touched = t.takeTouched()) {
    for (const name of concernedBy(t.services, touched)) {
      const service = t.services.get(name);
      if (service) advance(t, service);
    }
    // Before what has crashed is started again: a generation that failed gets no second run.
    takeBackIfCrashed(t);
  }
}

/** One move of one service, if there is one to make. */
function advance(t: Transition, service: ServiceState): void {
  if (service.replaces !== null) leaveIfNeedless(t, service);
  if (service.phase.type === 'stopping' && service.phase.step === 'over') finishRun(t, service.name, service.phase);
  else if (service.desired.type === 'down') moveDown(t, service);
  else if (service.phase.type === 'waiting') progressWaiting(t, service.name);
  else takeTurn(t, service);
}

function moveDown(t: Transition, service: ServiceState): void {
  const { name, phase, desired } = service;
  if (desired.type === 'up') return;
  switch (phase.type) {
    case 'stopped':
      if (service.removed) t.forget(name);
      return;
    case 'waiting':
    case 'backoff':
    case 'failed':
    case 'completed':
      t.enter(name, { type: 'stopped' });
      t.announce(name, 'stopped', WITHOUT_PROCESS[phase.type], { cause: desired.cause });
      return;
    case 'starting':
    case 'ready':
    case 'unready':
      // Dependents go first; but what has no process yet serves nobody, and must not get one now.
      if (isLive(phase) && (phase.run.pid === null || dependentsGoingDown(t.services, name).length === 0))
        beginStop(t, name, desired.cause);
      return;
    case 'stopping':
      return;
    default:
      assertNever(phase);
  }
}
