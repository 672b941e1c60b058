// Facts about one run, and which of them matter in which state.
import { assertNever } from './assert-never.ts';
import type { Event, RunEvent } from './event.ts';
import { HOOK_FAILED } from './finish.ts';
import { handleFailLine, handleOutput, handleProbeFinished, handleReadyLine } from './health.ts';
import { handleUsage } from './memory.ts';
import { handleNotified } from './notification.ts';
import type { StateName } from './snapshot.ts';
import { handleAddressesChecked, handleSpawned, spawnAfterHook } from './start.ts';
import { hasRun, type ServiceState } from './state.ts';
import { endUnborn, handleCleared, handleExited, handleStopHook, stopAfterSpawn } from './stop.ts';
import type { Transition } from './transition.ts';

const LIVE: readonly StateName[] = ['starting', 'ready', 'unready'];
const WITH_RUN: readonly StateName[] = [...LIVE, 'stopping'];

/** The states in which a fact is still news. In every other state it comes too late and is dropped. */
export const RELEVANT_IN: Readonly<Record<RunEvent['type'], readonly StateName[]>> = {
  'addresses-checked': ['waiting'],
  spawned: ['starting', 'stopping'],
  'spawn-failed': ['starting', 'stopping'],
  'hook-finished': WITH_RUN,
  'probe-finished': LIVE,
  'process-exited': WITH_RUN,
  'run-cleared': ['stopping'],
  'ready-line-seen': ['starting'],
  notified: LIVE,
  'fail-line-seen': ['starting'],
  'output-captured': LIVE,
  'usage-sampled': LIVE,
};

/** Is the fact about the present run, in a state where it matters? A check of ports is about the run to come. */
export function concerns(event: RunEvent, service: ServiceState): boolean {
  const { phase } = service;
  if (!RELEVANT_IN[event.type].includes(phase.type)) return false;
  return event.run === (hasRun(phase) ? phase.run.number : service.lastRun + 1);
}

export function handleRunEvent(t: Transition, event: RunEvent): void {
  const name = event.service;
  switch (event.type) {
    case 'addresses-checked':
      return handleAddressesChecked(t, name, event.taken);
    case 'spawned':
      return t.get(name).phase.type === 'stopping' ? stopAfterSpawn(t, name, event.pid) : handleSpawned(t, name, event.pid);
    case 'spawn-failed':
      return handleSpawnFailed(t, name, event.code, event.message);
    case 'hook-finished':
      return handleHookFinished(t, event);
    case 'probe-finished':
      return handleProbeFinished(t, name, event.kind, event.failure);
    case 'process-exited':
      return handleExited(t, name, event.exit);
    case 'run-cleared':
      return handleCleared(t, name, event.evidence);
    case 'ready-line-seen':
      return handleReadyLine(t, name);
    case 'notified':
      return handleNotified(t, name, event.what);
    case 'fail-line-seen':
      return handleFailLine(t, name, event.line);
    case 'output-captured':
      return handleOutput(t, name, event.output, event.value);
    case 'usage-sampled':
      return handleUsage(t, name, event.rssBytes);
    default:
      return assertNever(event);
  }
}

function handleSpawnFailed(t: Transition, name: string, code: string, message: string): void {
  const { phase } = t.get(name);
  if (!hasRun(phase)) return;
  const asked = phase.type === 'stopping' ? phase.cause : null;
  endUnborn(t, name, phase.run, asked ?? { type: 'spawn-error', code, message });
}

function handleHookFinished(t: Transition, event: Extract<Event, { type: 'hook-finished' }>): void {
  const { service: name, run, kind, failure } = event;
  const { phase } = t.get(name);
  if (failure !== null) t.announce(name, 'hook-failed', `${kind}: ${failure}`, { run });
  if (phase.type === 'stopping') return handleStopHook(t, name, kind);
  if (kind !== 'pre_start' || phase.type !== 'starting' || phase.step !== 'pre-start') return;
  if (failure === null) spawnAfterHook(t, name);
  else endUnborn(t, name, phase.run, { type: 'spawn-error', code: HOOK_FAILED, message: `its pre_start hook failed: ${failure}` });
}
