// Words for causes and states: one sentence each, the same in `ps`, `why`, the journal and the crash reports.
import type { Signal } from '../spec.ts';
import { assertNever } from './assert-never.ts';
import { describeBlockers } from './blocker-words.ts';
import { type Cause, describeExit, type ExitStatus } from './cause.ts';
import { pendingChecks } from './readiness.ts';
import type { ServiceState, StoppingPhase } from './state.ts';

/** Signals that a program brings upon itself: its last line tells of it. Of others, somebody else could tell. */
const OWN_FAULT: ReadonlySet<Signal> = new Set<Signal>(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP']);

/** `exit 1: "Port 8443 already in use"`; the line is the last one the run printed. */
export function describeCause(cause: Cause, lastLine: string | null = null, exit: ExitStatus | null = null): string {
  const quoted = lastLine === null ? '' : `: ${JSON.stringify(lastLine)}`;
  const ended = exit === null ? '' : ` (${describeExit(exit)})`;
  switch (cause.type) {
    case 'exit':
      return `exit ${cause.code}${quoted}`;
    case 'signal':
      return `killed by ${cause.signal}${OWN_FAULT.has(cause.signal) ? quoted : ''}`;
    case 'spawn-error':
      return `could not be started: ${cause.message}`;
    case 'start-timeout':
      return `not ready ${describeDuration(cause.afterMs)} after its start (readiness.start_timeout)${ended}`;
    case 'fail-on':
      return `printed a line of readiness.fail_on: ${JSON.stringify(cause.line)}${ended}`;
    case 'liveness':
      return `liveness probe failed: ${cause.reason}${ended}`;
    case 'oom-heap':
      return `V8 heap exhausted${ended}`;
    case 'oom-kernel':
      return `killed by the kernel for want of memory${ended}`;
    case 'memory-soft':
      return `memory ${mebibytes(cause.rssBytes)} over memory.soft${ended}`;
    case 'memory-hard':
      return `memory ${mebibytes(cause.rssBytes)} over memory.hard${ended}`;
    case 'dependency':
      return `restarted along with ${cause.service}`;
    case 'file-watch':
      return `${cause.path} changed`;
    case 'schedule':
      return 'the next run of its schedule takes its place';
    case 'config-reload':
      // By an edit of the file, or by `scale`.
      if (cause.fields.includes('removed')) return 'no longer part of the project';
      return `the file changed ${cause.fields.join(', ')}`;
    case 'user':
      return `asked by ${cause.actor}`;
    case 'down':
      return 'omniroute goes down';
    case 'lost':
      return 'ended while omniroute itself was dead: status unknown';
    case 'unknown':
      return 'ended; an earlier omniroute had started it, and only a parent gets the exit status';
    default:
      return assertNever(cause);
  }
}

/** Why a service is in its state, in one sentence; `-` where there is nothing to explain. */
export function explainState(service: ServiceState, nowMs: number): string {
  const { phase, lastEnd } = service;
  switch (phase.type) {
    case 'stopped':
      return lastEnd === null ? '-' : describeCause(service.desired.type === 'down' ? service.desired.cause : lastEnd.cause);
    case 'waiting':
      return withNextRun(
        service,
        describeBlockers(phase.blockers) || (phase.addressCheck === 'checking' ? 'looks at its addresses' : '-'),
        nowMs,
      );
    case 'starting':
      return phase.step === 'pre-start'
        ? 'runs its pre_start hook'
        : `waits for ${pendingChecks(service, phase.run).join(', ') || 'the process'}`;
    case 'ready':
      if (service.turn !== null) return `restarts in turn (${describeCause(service.turn.cause)}), when enough of the others are ready`;
      return (
        describeOutputs(service) || (service.attempts > 0 && lastEnd ? `restarted: ${describeCause(lastEnd.cause, lastEnd.lastLine)}` : '-')
      );
    case 'unready':
      return phase.reason;
    case 'stopping':
      return `${phase.cause ? describeCause(phase.cause) : 'its process ended'}${describeStep(phase, nowMs)}`;
    case 'backoff':
      return phase.reason;
    case 'completed':
      return withNextRun(service, '-', nowMs);
    case 'failed':
      if (phase.retryAtMs === null) return withNextRun(service, phase.reason, nowMs);
      return `${phase.reason}; next try in ${describeDuration(phase.retryAtMs - nowMs)}`;
    default:
      return assertNever(phase);
  }
}

/** What somebody else wrote, and may hang, is told with its time. */
const RUNS_IN: Readonly<Partial<Record<StoppingPhase['step'], string>>> = {
  'pre-stop': 'its pre_stop hook',
  'stop-command': 'its stop command',
  'post-exit': 'its post_exit hook',
};

function describeStep({ step, stepAtMs, cause }: StoppingPhase, nowMs: number): string {
  const running = RUNS_IN[step];
  if (running !== undefined) return `; ${running} runs since ${describeDuration(nowMs - stepAtMs)}`;
  return cause === null ? '; clearing up after it' : '';
}

function withNextRun({ nextRunAtMs }: ServiceState, why: string, nowMs: number): string {
  if (nextRunAtMs === null) return why;
  const next = `next run in ${describeDuration(nextRunAtMs - nowMs)}`;
  return why === '-' ? next : `${why}; ${next}`;
}

function describeOutputs(service: ServiceState): string {
  return Object.entries(service.outputs)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** `250ms`, `3.2s`, `10m`, `1h5m`. */
export function describeDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes}m`;
  return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1048576)} MiB`;
}
