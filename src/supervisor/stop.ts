// The way out of a run: pre_stop → stop command → signal → grace period → forced kill → proven gone → post_exit.
import type { Hook } from '../spec.ts';
import { type Cause, type ExitStatus, isPlanned } from './cause.ts';
import { conditionsOf } from './crash-rule.ts';
import { dependentsOf, restartedWith } from './dependencies.ts';
import type { HookKind } from './effect.ts';
import type { RunEvidence } from './event.ts';
import { describeCause } from './explain.ts';
import { endsWell } from './restart.ts';
import { isLive, type Run, type ServiceState, type StoppingPhase } from './state.ts';
import type { Transition } from './transition.ts';

/** For a SIGKILL to be seen, for the clearing to be answered, and between two looks at what no SIGKILL could end. */
const KILL_DEADLINE_MS = 10_000;
const CLEAR_DEADLINE_MS = 30_000;
const CLEAR_AGAIN_MS = 1_000;
/** Beyond a hook's own timeout: the edge kills it by then and says so. */
const HOOK_SLACK_MS = 5_000;

/** Ends a live run with grace. */
export function beginStop(t: Transition, name: string, cause: Cause): void {
  const phase = leave(t, name, cause);
  if (phase === null) return;
  if (phase.run.pid === null) enterStep(t, name, phase, 'aborting', null);
  else runHookOr(t, name, phase, 'pre-stop');
}

/** Ends a live run at once, by SIGKILL. */
export function beginKill(t: Transition, name: string, cause: Cause): void {
  const phase = leave(t, name, cause);
  if (phase === null) return;
  if (phase.run.pid === null) enterStep(t, name, phase, 'aborting', null);
  else kill(t, name, phase);
}

function leave(t: Transition, name: string, cause: Cause): StoppingPhase | null {
  const { phase } = t.get(name);
  if (!isLive(phase)) return null;
  t.update(name, { turn: null });
  t.announce(name, 'stopping', describeCause(cause), { run: phase.run.number, cause });
  restartAlong(t, name, cause);
  return stoppingFrom(t, phase, cause);
}

function stoppingFrom(t: Transition, { run }: { readonly run: Run }, cause: Cause | null): StoppingPhase {
  return { type: 'stopping', run, step: 'signalled', cause, exit: null, evidence: null, stepAtMs: t.nowMs, deadlineAtMs: null };
}

/** Who is restarted along with this kind of end: dependents that asked for it, and after a crash the others of the group. */
function restartAlong(t: Transition, name: string, cause: Cause | null): void {
  if (t.project.goingDown || t.get(name).desired.type === 'down') return;
  for (const dependent of dependentsOf(t.services, name)) {
    const { restart } = dependent.spec.dependsOn[name] ?? { restart: 'never' };
    const crashed = cause === null || !isPlanned(cause);
    const along =
      restart === 'always' || (restart === 'on-crash' && crashed) || (restart === 'on-update' && cause?.type === 'config-reload');
    if (along) beginStop(t, dependent.name, { type: 'dependency', service: name });
  }
  if (cause !== null && isPlanned(cause)) return;
  for (const member of restartedWith(t.get(name).spec))
    if (t.services.has(member)) beginStop(t, member, { type: 'dependency', service: name });
}

function enterStep(t: Transition, name: string, phase: StoppingPhase, step: StoppingPhase['step'], forMs: number | null): void {
  t.enter(name, {
    ...phase,
    step,
    stepAtMs: phase.step === step ? phase.stepAtMs : t.nowMs,
    deadlineAtMs: forMs === null ? null : t.nowMs + forMs,
  });
}

function runHookOr(t: Transition, name: string, phase: StoppingPhase, step: 'pre-stop' | 'stop-command'): void {
  const { hooks, stop } = t.get(name).spec;
  const command = stop.command && { command: stop.command, timeoutMs: stop.gracePeriodMs };
  const [kind, hook]: [HookKind, Hook | null | undefined] = step === 'pre-stop' ? ['pre_stop', hooks.pre_stop] : ['stop_command', command];
  if (hook) return orderHook(t, name, phase, step, kind, hook);
  if (step === 'pre-stop') return runHookOr(t, name, phase, 'stop-command');
  signal(t, name, phase);
}

function orderHook(t: Transition, name: string, phase: StoppingPhase, step: StoppingPhase['step'], kind: HookKind, hook: Hook): void {
  enterStep(t, name, phase, step, hook.timeoutMs + HOOK_SLACK_MS);
  t.order({ type: 'run-hook', service: name, run: phase.run.number, kind, hook, spec: phase.run.spec });
}

function signal(t: Transition, name: string, phase: StoppingPhase): void {
  const { stop } = t.get(name).spec;
  enterStep(t, name, phase, 'signalled', stop.gracePeriodMs);
  t.order({ type: 'signal-group', service: name, run: phase.run.number, signal: stop.signal });
}

function kill(t: Transition, name: string, phase: StoppingPhase): void {
  enterStep(t, name, phase, 'killed', KILL_DEADLINE_MS);
  t.order({ type: 'signal-group', service: name, run: phase.run.number, signal: 'SIGKILL' });
}

/** No more patience: whatever the run's way out waits for now, SIGKILL. */
export function killNow(t: Transition, name: string): void {
  const { phase } = t.get(name);
  if (phase.type === 'stopping' && ['aborting', 'pre-stop', 'stop-command', 'post-exit'].includes(phase.step)) {
    t.order({ type: 'abort-hook', service: name, run: phase.run.number });
  }
  if (phase.type === 'stopping' && ['pre-stop', 'stop-command', 'signalled'].includes(phase.step)) kill(t, name, phase);
  // The leader has gone, and what it left behind is in its grace period.
  else if (phase.type === 'stopping' && phase.step === 'clearing') clear(t, name, phase);
  else if (isLive(phase)) beginKill(t, name, { type: 'down' });
}

/** The leader is gone, asked or not; the rest of its run comes next. `unseen`: why nobody knows how, where nobody does. */
export function handleExited(t: Transition, name: string, exit: ExitStatus | null, unseen: 'lost' | 'unknown' = 'unknown'): void {
  const { phase, spec } = t.get(name);
  if (isLive(phase) && !endsWell(spec, exit)) restartAlong(t, name, null);
  t.update(name, { turn: null });
  if (isLive(phase)) clear(t, name, { ...stoppingFrom(t, phase, exit === null ? { type: unseen } : null), exit });
  else if (phase.type === 'stopping' && ['aborting', 'pre-stop', 'stop-command', 'signalled', 'killed'].includes(phase.step))
    clear(t, name, { ...phase, exit });
}

function clear(t: Transition, name: string, phase: StoppingPhase): void {
  const graceMs = phase.step === 'signalled' && phase.deadlineAtMs !== null ? Math.max(0, phase.deadlineAtMs - t.nowMs) : 0;
  enterStep(t, name, phase, 'clearing', graceMs + CLEAR_DEADLINE_MS);
  const conditions = conditionsOf(t.get(name).spec, phase.cause, phase.exit);
  const grace = graceMs === 0 ? null : { signal: t.get(name).spec.stop.signal, forMs: graceMs };
  const lastWords = !t.project.goingDown || phase.cause === null || !isPlanned(phase.cause);
  t.order({ type: 'clear-run', service: name, run: phase.run.number, conditions, lastWords, exit: phase.exit, grace });
}

export function handleCleared(t: Transition, name: string, evidence: RunEvidence): void {
  const { phase } = t.get(name);
  if (phase.type !== 'stopping' || phase.step !== 'clearing') return;
  if (evidence.remaining.length > 0) {
    t.announce(name, 'straggler-left', `processes that SIGKILL does not end: ${evidence.remaining.join(', ')}`, { run: phase.run.number });
    return enterStep(t, name, { ...phase, evidence }, 'clearing', CLEAR_AGAIN_MS);
  }
  runPostExit(t, name, { ...phase, evidence });
}

function runPostExit(t: Transition, name: string, phase: StoppingPhase): void {
  const hook = t.get(name).spec.hooks.post_exit;
  if (hook) orderHook(t, name, phase, 'post-exit', 'post_exit', hook);
  else enterStep(t, name, phase, 'over', null);
}

/** The process never came to be: straight to post_exit, which undoes what pre_start did. */
export function endUnborn(t: Transition, name: string, run: Run, cause: Cause): void {
  t.update(name, { turn: null });
  runPostExit(t, name, stoppingFrom(t, { run }, cause));
}

/** A hook or stop command on the way out has ended; a failure is told, and never keeps a run alive. */
export function handleStopHook(t: Transition, name: string, kind: HookKind): void {
  const { phase } = t.get(name);
  if (phase.type !== 'stopping') return;
  if (kind === 'pre_stop' && phase.step === 'pre-stop') runHookOr(t, name, phase, 'stop-command');
  else if (kind === 'stop_command' && phase.step === 'stop-command') signal(t, name, phase);
  else if (kind === 'post_exit' && phase.step === 'post-exit') enterStep(t, name, phase, 'over', null);
  else if (kind === 'pre_start' && phase.step === 'aborting') endUnborn(t, name, phase.run, phase.cause ?? { type: 'down' });
}

/** A stop overtook the spawn: now there is something to stop. */
export function stopAfterSpawn(t: Transition, name: string, pid: number): void {
  const { phase } = t.get(name);
  if (phase.type === 'stopping' && phase.step === 'aborting') runHookOr(t, name, { ...phase, run: { ...phase.run, pid } }, 'pre-stop');
}

/** The present step of a stop has used up its time. */
export function handleStopDeadline(t: Transition, service: ServiceState, phase: StoppingPhase): void {
  const { name } = service;
  switch (phase.step) {
    case 'pre-stop':
      return runHookOr(t, name, phase, 'stop-command');
    case 'stop-command':
      return signal(t, name, phase);
    case 'signalled':
      t.announce(name, 'stopping', `still alive after ${service.spec.stop.gracePeriodMs} ms of grace: SIGKILL`, { run: phase.run.number });
      return kill(t, name, phase);
    case 'killed':
      t.announce(name, 'straggler-left', `pid ${phase.run.pid} does not react to SIGKILL`, { run: phase.run.number });
      return kill(t, name, phase);
    case 'clearing':
      return clear(t, name, phase);
    case 'post-exit':
      return enterStep(t, name, phase, 'over', null);
    case 'aborting':
    case 'over':
      return;
  }
}
