// A run is over and proven gone: what comes next.
import type { CrashAction } from '../spec.ts';
import { assertNever } from './assert-never.ts';
import { type Cause, describeExit, isPlanned } from './cause.ts';
import { type Crash, causeOf, fillCaptures, findRule, type RuleHit, recordFiring } from './crash-rule.ts';
import { describeCause, describeDuration } from './explain.ts';
import { backoffDelayMs, type CrashCount, countCrash, endsWell, exhausted } from './restart.ts';
import { endOccasion } from './schedule.ts';
import { enterWaiting, startAfresh } from './start.ts';
import type { ServiceState, StoppingPhase } from './state.ts';
import { beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

/** What follows a crash. */
type Outcome =
  | { readonly type: 'restart'; readonly delayMs: number; readonly count: CrashCount; readonly note: string }
  | { readonly type: 'wait-for-port'; readonly port: number; readonly count: CrashCount }
  | { readonly type: 'give-up'; readonly reason: string; readonly count: CrashCount; readonly retryAfterMs: number | null };

/** The code of a spawn that its pre_start hook kept from happening. */
export const HOOK_FAILED = 'pre_start';

/** Failures of a spawn that another try may overcome; all others are a mistake in the file or on the disk. */
const TRANSIENT_SPAWN_ERRORS: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'ETXTBSY',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  HOOK_FAILED,
]);

export function finishRun(t: Transition, name: string, phase: StoppingPhase): void {
  const service = t.get(name);
  const cause = phase.cause ?? causeOf(phase.exit, phase.evidence);
  const { run, exit } = phase;
  const lastEnd = {
    run: run.number,
    cause,
    exit,
    atMs: t.nowMs,
    uptimeMs: t.nowMs - run.startedAtMs,
    lastLine: phase.evidence?.lastLine ?? null,
  };
  t.update(name, { lastEnd, outputs: {}, ...(run.stable ? { attempts: 0 } : {}) });

  if (service.desired.type === 'down') return settleDown(t, name, phase, cause);
  if (cause.type === 'lost' || cause.type === 'unknown') return afterLoss(t, name, phase, cause);
  if (service.restartWanted) return startAfresh(t, name);
  if (isPlanned(cause)) return restartPlanned(t, name, phase, cause);
  if (phase.cause === null && endsWell(service.spec, exit))
    return service.spec.start === 'on-demand' ? fallAsleep(t, name, run.number) : complete(t, name, run.number);
  afterCrash(t, name, phase, cause);
}

function settleDown(t: Transition, name: string, phase: StoppingPhase, cause: Cause): void {
  t.enter(name, { type: 'stopped' });
  const how = phase.exit === null ? describeCause(cause) : describeExit(phase.exit);
  t.announce(name, 'stopped', how, { run: phase.run.number, cause, exit: phase.exit });
}

function complete(t: Transition, name: string, run: number): void {
  t.enter(name, { type: 'completed' }, { attempts: 0, crashes: [] });
  t.announce(name, 'completed', `run ${run}`, { run });
  endOccasion(t, name);
}

/** It has nothing to do for now. */
function fallAsleep(t: Transition, name: string, run: number): void {
  t.announce(name, 'exited', 'ended by itself; starts again with the next connection', { run });
  enterWaiting(t, name, { attempts: 0, crashes: [], due: false });
}

/** No backoff and not counted, except for a service that outgrows its soft limit again before it was stable: that is a crash in slow motion. */
function restartPlanned(t: Transition, name: string, phase: StoppingPhase, cause: Cause): void {
  if (cause.type === 'memory-soft' && !phase.run.stable) return afterCrash(t, name, phase, cause);
  t.announce(name, 'exited', `${describeCause(cause)}; starting again`, { run: phase.run.number, cause, exit: phase.exit });
  enterWaiting(t, name);
}

/** Nobody knows how it ended: a service goes on; a job is not run twice without being asked. */
function afterLoss(t: Transition, name: string, phase: StoppingPhase, cause: Cause): void {
  const { spec, restartWanted } = t.get(name);
  t.announce(name, 'lost', describeCause(cause), { run: phase.run.number, cause });
  if (restartWanted) return startAfresh(t, name);
  if (spec.type !== 'job') return enterWaiting(t, name);
  t.enter(name, { type: 'failed', reason: describeCause(cause), retryAtMs: null });
  endOccasion(t, name);
}

function afterCrash(t: Transition, name: string, phase: StoppingPhase, cause: Cause): void {
  const service = t.get(name);
  const { restart } = service.spec;
  const count = countCrash(service, restart, t.nowMs);
  const limit = restart.policy === 'never' ? 'restart.policy is never' : exhausted(restart, count);
  const crash: Crash = { cause, exit: phase.exit, evidence: phase.evidence, gaveUp: limit !== null, atMs: t.nowMs };
  const hit = findRule(service, crash);
  const usual = usualOutcome(t, service, cause, count, limit, phase.evidence?.lastLine ?? null);
  const outcome = hit ? applyRule(t, service, hit, usual) : usual;
  const text = describeCause(cause, phase.evidence?.lastLine, phase.exit);
  const next = describeOutcome(service, outcome);
  t.announce(name, 'crashed', `${text}; ${next}`, { run: phase.run.number, cause, exit: phase.exit });
  report(t, service, phase, cause, outcome, next);
  t.crashes.push({ service: name, text });
  enterOutcome(t, name, outcome, text);
}

function usualOutcome(
  t: Transition,
  service: ServiceState,
  cause: Cause,
  count: CrashCount,
  limit: string | null,
  lastLine: string | null,
): Outcome {
  const { restart } = service.spec;
  const what = describeCause(cause, lastLine);
  if (cause.type === 'spawn-error' && !TRANSIENT_SPAWN_ERRORS.has(cause.code)) {
    return { type: 'give-up', reason: what, count, retryAfterMs: restart.policy === 'never' ? null : restart.retryAfterMs };
  }
  if (limit !== null) {
    const reason = restart.policy === 'never' ? what : `${what}; ${limit}`;
    return { type: 'give-up', reason, count, retryAfterMs: restart.policy === 'never' ? null : restart.retryAfterMs };
  }
  return { type: 'restart', delayMs: backoffDelayMs(restart.backoff, count.attempts, t.random()), count, note: '' };
}

/** Carries out what a rule says of other services; what it says of this one becomes the outcome. */
function applyRule(t: Transition, service: ServiceState, hit: RuleHit, usual: Outcome): Outcome {
  const { rule } = hit;
  t.update(service.name, { ruleFirings: recordFiring(service, rule, t.nowMs) });
  t.announce(service.name, 'rule', `${rule.name}: ${rule.then.map(describeAction).join(', ')}`);
  return rule.then.reduce((outcome, action) => applyAction(t, service, hit, action, outcome), usual);
}

function applyAction(t: Transition, service: ServiceState, hit: RuleHit, action: CrashAction, outcome: Outcome): Outcome {
  const uncounted: CrashCount = { attempts: service.attempts, crashes: service.crashes };
  const fresh: CrashCount = { attempts: 0, crashes: [] };
  const note = `rule ${hit.rule.name}`;
  switch (action.type) {
    case 'disable':
      disable(t, action.service, `rule ${hit.rule.name} of ${service.name}`);
      return outcome;
    case 'retry':
      if (action.service === service.name) return { type: 'restart', delayMs: 0, count: fresh, note };
      retryOther(t, action.service);
      return outcome;
    case 'restart':
      if (action.service === service.name) return { type: 'restart', delayMs: 0, count: outcome.count, note };
      beginStop(t, action.service, { type: 'dependency', service: service.name });
      return outcome;
    case 'fail':
      return { type: 'give-up', reason: fillCaptures(action.message, hit.captures), count: outcome.count, retryAfterMs: null };
    case 'wait':
      return { type: 'restart', delayMs: action.ms, count: uncounted, note };
    case 'wait-for-port': {
      const port = Number(fillCaptures(action.port, hit.captures));
      return Number.isInteger(port) && port > 0 && port < 65536 ? { type: 'wait-for-port', port, count: uncounted } : outcome;
    }
    case 'keep-trying': {
      const attempts = service.attempts + 1;
      const delayMs = backoffDelayMs(service.spec.restart.backoff, attempts, t.random());
      return { type: 'restart', delayMs, count: { attempts, crashes: service.crashes }, note };
    }
    default:
      return assertNever(action);
  }
}

/** Keeps a service down until it is enabled again. */
export function disable(t: Transition, name: string, by: string): void {
  const service = t.get(name);
  if (service.disabledBy !== null) return;
  t.update(name, { disabledBy: by, due: false, queued: false });
  t.announce(name, 'disabled', `by ${by}`);
  const { type } = service.phase;
  if (type === 'backoff' || type === 'failed' || type === 'completed') enterWaiting(t, name);
  else beginStop(t, name, { type: 'user', actor: by });
}

function retryOther(t: Transition, name: string): void {
  const { phase } = t.get(name);
  if (phase.type === 'failed' || phase.type === 'backoff') startAfresh(t, name);
}

function enterOutcome(t: Transition, name: string, outcome: Outcome, text: string): void {
  const counts = { attempts: outcome.count.attempts, crashes: outcome.count.crashes };
  switch (outcome.type) {
    case 'restart':
      if (outcome.delayMs === 0) return enterWaiting(t, name, counts);
      t.enter(name, { type: 'backoff', dueAtMs: t.nowMs + outcome.delayMs, reason: text }, counts);
      return;
    case 'wait-for-port':
      return enterWaiting(t, name, counts, [outcome.port]);
    case 'give-up': {
      const retryAtMs = outcome.retryAfterMs === null ? null : t.nowMs + outcome.retryAfterMs;
      t.enter(name, { type: 'failed', reason: outcome.reason, retryAtMs }, counts);
      t.announce(name, 'failed', outcome.reason);
      if (retryAtMs === null) endOccasion(t, name);
      return;
    }
    default:
      assertNever(outcome);
  }
}

function report(t: Transition, service: ServiceState, phase: StoppingPhase, cause: Cause, outcome: Outcome, next: string): void {
  if (phase.run.pid === null) return;
  const report = {
    run: phase.run.number,
    cause,
    exit: phase.exit,
    uptimeMs: t.nowMs - phase.run.startedAtMs,
    attempt: outcome.count.attempts,
    restarts: service.restarts,
    rssBytes: phase.run.memory.rssBytes,
    outcome: next,
    gaveUp: outcome.type === 'give-up',
  };
  t.order({ type: 'write-crash-report', service: service.name, report });
}

function describeOutcome(service: ServiceState, outcome: Outcome): string {
  const { maxAttempts } = service.spec.restart;
  if (outcome.type === 'give-up') {
    return outcome.retryAfterMs === null ? 'gave up' : `gave up, next try in ${describeDuration(outcome.retryAfterMs)}`;
  }
  if (outcome.type === 'wait-for-port') return `waiting for port ${outcome.port} to be free`;
  const when = outcome.delayMs === 0 ? 'restart at once' : `restart in ${describeDuration(outcome.delayMs)}`;
  const attempt =
    outcome.count.attempts === 0 ? '' : ` (attempt ${outcome.count.attempts}${maxAttempts === null ? '' : ` of ${maxAttempts}`})`;
  return outcome.note === '' ? `${when}${attempt}` : `${when} by ${outcome.note}`;
}

function describeAction(action: CrashAction): string {
  switch (action.type) {
    case 'disable':
    case 'retry':
    case 'restart':
      return `${action.type} ${action.service}`;
    case 'fail':
      return 'give up';
    case 'wait':
      return `wait ${describeDuration(action.ms)}`;
    case 'wait-for-port':
      return 'wait for the port';
    case 'keep-trying':
      return 'keep trying';
    default:
      return assertNever(action);
  }
}
