// Crash rules: a match on how a run died → what to do. In order; the first match wins.
import type { CrashRule, LogCondition, ServiceSpec } from '../spec.ts';
import { type Cause, type ExitStatus, isPlanned } from './cause.ts';
import type { RunEvidence } from './event.ts';
import type { ServiceState } from './state.ts';

/** What V8 prints before it aborts; https://github.com/nodejs/node/blob/main/src/node_errors.cc (OOMErrorHandler). */
const HEAP_EXHAUSTED: LogCondition = {
  patterns: [{ source: 'FATAL ERROR: .*(heap limit|heap out of memory|Allocation failed)', flags: '' }],
  atLeast: 1,
  lastLines: 100,
};
const NO_CONDITION: LogCondition = { patterns: [], atLeast: 1, lastLines: 0 };

/**
 * What the edge looks for in the output of a run that is over: the heap's last words, then one condition per rule.
 * Nothing where omniroute ended the run as planned: no rule will be asked.
 */
export function conditionsOf(spec: ServiceSpec, cause: Cause | null, exit: ExitStatus | null): LogCondition[] {
  if (cause !== null && isPlanned(cause) && cause.type !== 'memory-soft') return [];
  const heap = exit !== null && isAbort(exit) ? HEAP_EXHAUSTED : NO_CONDITION;
  return [heap, ...spec.crashRules.map((rule) => rule.when.log ?? NO_CONDITION)];
}

function isAbort(exit: ExitStatus): boolean {
  return exit.signal === 'SIGABRT' || exit.signal === 'SIGTRAP' || exit.code === 134 || exit.code === 133;
}

/** The cause of an end that omniroute did not bring about. */
export function causeOf(exit: ExitStatus | null, evidence: RunEvidence | null): Cause {
  if (exit === null) return { type: 'unknown' };
  if (isAbort(exit) && evidence?.matches[0]) return { type: 'oom-heap' };
  if (evidence?.kernelOomKill) return { type: 'oom-kernel' };
  return exit.signal === null ? { type: 'exit', code: exit.code } : { type: 'signal', signal: exit.signal };
}

export interface Crash {
  readonly cause: Cause;
  readonly exit: ExitStatus | null;
  readonly evidence: RunEvidence | null;
  /** With this crash the restarts are used up. */
  readonly gaveUp: boolean;
  readonly atMs: number;
}

export interface RuleHit {
  readonly rule: CrashRule;
  /** `$1`, `$2` … of its log match. */
  readonly captures: readonly string[];
}

/** The first rule that holds for this crash and has not fired too often. */
export function findRule(service: ServiceState, crash: Crash): RuleHit | null {
  for (const [index, rule] of service.spec.crashRules.entries()) {
    const captures = rule.when.log ? (crash.evidence?.matches[index + 1] ?? null) : [];
    if (captures !== null && holds(rule, crash) && mayFire(rule, service, crash.atMs)) return { rule, captures };
  }
  return null;
}

function holds({ when }: CrashRule, crash: Crash): boolean {
  if (when.causes && !when.causes.includes(crash.cause.type)) return false;
  if (when.exits && (crash.exit === null || !when.exits.includes(crash.exit.signal ?? crash.exit.code))) return false;
  return when.gaveUp === null || when.gaveUp === crash.gaveUp;
}

function mayFire({ name, atMost }: CrashRule, service: ServiceState, nowMs: number): boolean {
  if (atMost === null) return true;
  return (service.ruleFirings[name] ?? []).filter((atMs) => atMs > nowMs - atMost.perMs).length < atMost.count;
}

/** The firings of every rule after this one, without those that no limit looks at any more. */
export function recordFiring(service: ServiceState, rule: CrashRule, nowMs: number): ServiceState['ruleFirings'] {
  if (rule.atMost === null) return service.ruleFirings;
  const since = nowMs - rule.atMost.perMs;
  const recent = (service.ruleFirings[rule.name] ?? []).filter((atMs) => atMs > since);
  return { ...service.ruleFirings, [rule.name]: [...recent, nowMs] };
}

/** `$1` … replaced by what the log match captured. */
export function fillCaptures(text: string, captures: readonly string[]): string {
  return text.replace(/\$(\d)/g, (_, digit: string) => captures[Number(digit) - 1] ?? '');
}
