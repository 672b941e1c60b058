// Able to serve? Stuck? Readiness gates dependents and never restarts; liveness ends the run as a crash.
import type { ProbeKind } from './effect.ts';
import { describeDuration } from './explain.ts';
import { pendingChecks } from './readiness.ts';
import { isLive, type LivePhase, type ProbeProgress, type Run, type ServiceState } from './state.ts';
import { beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

/** Between readiness probes of a service that is ready; a failure brings the fast period back. */
const RELAXED_PERIOD_MS = 5_000;
/** What comes later than this has not been kept waiting by a busy machine: nobody was awake. */
export const NOTABLY_LATE_MS = 1_000;

/** Sends the probe that is due. */
export function sendProbe(t: Transition, name: string, kind: ProbeKind): void {
  const { phase, spec } = t.get(name);
  if (!isLive(phase)) return;
  const probes = kind === 'readiness' ? spec.readiness?.probes : spec.liveness && [spec.liveness.probe];
  const timeoutMs = kind === 'readiness' ? spec.readiness?.timeoutMs : spec.liveness?.timeoutMs;
  const overAtMs = timeoutMs === undefined ? null : t.nowMs + timeoutMs;
  t.enter(name, { ...phase, run: { ...phase.run, [kind]: { ...phase.run[kind], dueAtMs: null, overAtMs } } });
  if (!probes || timeoutMs === undefined) return;
  t.order({ type: 'probe', service: name, run: phase.run.number, kind, probes, timeoutMs, spec: phase.run.spec });
}

export function handleProbeFinished(t: Transition, name: string, kind: ProbeKind, failure: string | null): void {
  const service = t.get(name);
  const { phase } = service;
  if (!isLive(phase)) return;
  const before = phase.run[kind];
  if (failure !== null && isTooLate(before, t.nowMs)) {
    // Twice in a row it is the probe that hangs.
    const again = { ...before, overAtMs: null, excused: true, dueAtMs: t.nowMs };
    return void t.enter(name, { ...phase, run: { ...phase.run, [kind]: again } });
  }
  const progress: ProbeProgress = {
    succeeded: before.succeeded || failure === null,
    failures: failure === null ? 0 : before.failures + 1,
    lastFailure: failure,
    overAtMs: null,
    excused: false,
    dueAtMs: t.nowMs + nextProbeMs(service, kind, phase, failure),
  };
  t.enter(name, { ...phase, run: { ...phase.run, [kind]: progress } });
  if (kind === 'liveness') return judgeLiveness(t, name, progress);
  if (phase.type === 'starting') return becomeReadyIfSatisfied(t, name);
  judgeReadiness(t, name, progress);
}

/** It timed out long after its own timeout: nobody was awake while it ran, and so it says nothing of the service. */
function isTooLate({ overAtMs, excused }: ProbeProgress, nowMs: number): boolean {
  return !excused && overAtMs !== null && nowMs - overAtMs > NOTABLY_LATE_MS;
}

function nextProbeMs(service: ServiceState, kind: ProbeKind, phase: LivePhase, failure: string | null): number {
  if (kind === 'liveness') return service.spec.liveness?.periodMs ?? RELAXED_PERIOD_MS;
  const periodMs = service.spec.readiness?.periodMs ?? RELAXED_PERIOD_MS;
  return phase.type === 'ready' && failure === null ? Math.max(periodMs, RELAXED_PERIOD_MS) : periodMs;
}

function judgeLiveness(t: Transition, name: string, { failures, lastFailure }: ProbeProgress): void {
  const threshold = t.get(name).spec.liveness?.failureThreshold ?? Number.POSITIVE_INFINITY;
  if (failures < threshold) return;
  beginStop(t, name, { type: 'liveness', reason: `${lastFailure ?? 'no answer'}, ${failures} times in a row` });
}

function judgeReadiness(t: Transition, name: string, { failures, lastFailure }: ProbeProgress): void {
  const { phase, spec } = t.get(name);
  const reason = lastFailure ?? 'no answer';
  if (phase.type === 'ready' && failures >= (spec.readiness?.failureThreshold ?? 1)) {
    t.enter(name, { type: 'unready', run: phase.run, reason });
    t.announce(name, 'unready', reason, { run: phase.run.number });
  } else if (phase.type === 'unready' && failures === 0) {
    enterReady(t, name, phase.run);
  } else if (phase.type === 'unready') {
    t.enter(name, { ...phase, reason });
  }
}

export function handleReadyLine(t: Transition, name: string): void {
  const { phase } = t.get(name);
  if (phase.type !== 'starting') return;
  t.enter(name, { ...phase, run: { ...phase.run, readyLineSeen: true } });
  becomeReadyIfSatisfied(t, name);
}

export function handleFailLine(t: Transition, name: string, line: string): void {
  if (t.get(name).phase.type === 'starting') beginStop(t, name, { type: 'fail-on', line });
}

export function handleOutput(t: Transition, name: string, output: string, value: string): void {
  const { phase, outputs } = t.get(name);
  if (!isLive(phase) || outputs[output] === value) return;
  t.update(name, { outputs: { ...outputs, [output]: value } });
  t.announce(name, 'output', `${output}=${value}`, { run: phase.run.number });
  becomeReadyIfSatisfied(t, name);
}

/** Ready once every check the file asks for has succeeded. */
export function becomeReadyIfSatisfied(t: Transition, name: string): void {
  const service = t.get(name);
  if (service.phase.type === 'starting' && pendingChecks(service, service.phase.run).length === 0) enterReady(t, name, service.phase.run);
}

function enterReady(t: Transition, name: string, run: Run): void {
  const { spec } = t.get(name);
  const first = run.readyAtMs === null;
  const livenessDueAtMs = first && spec.liveness ? t.nowMs + spec.liveness.periodMs : run.liveness.dueAtMs;
  const readinessDueAtMs = run.readiness.dueAtMs === null ? null : t.nowMs + Math.max(spec.readiness?.periodMs ?? 0, RELAXED_PERIOD_MS);
  const ready = {
    ...run,
    readyAtMs: t.nowMs,
    liveness: { ...run.liveness, dueAtMs: livenessDueAtMs },
    readiness: { ...run.readiness, dueAtMs: readinessDueAtMs },
    watchdogDueAtMs: first && spec.watchdogMs !== null ? t.nowMs + spec.watchdogMs : run.watchdogDueAtMs,
  };
  t.enter(name, { type: 'ready', run: ready });
  t.announce(name, 'ready', first ? describeWait(spec.readiness === null, t.nowMs - run.startedAtMs) : 'again', { run: run.number });
  const hook = spec.hooks.post_ready;
  if (first && hook) t.order({ type: 'run-hook', service: name, run: run.number, kind: 'post_ready', hook, spec: run.spec });
}

function describeWait(unchecked: boolean, afterMs: number): string {
  return unchecked ? 'at once' : `after ${describeDuration(afterMs)}`;
}

/** Ready for `stable_after`: what went wrong before no longer counts. */
export function becomeStable(t: Transition, name: string): void {
  const { phase } = t.get(name);
  if (phase.type !== 'ready') return;
  t.enter(name, { ...phase, run: { ...phase.run, stable: true } }, { attempts: 0 });
}
