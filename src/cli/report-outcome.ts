// How a wait ended, for people and for scripts: which services are not where they should be, why, and where to look.

import { dirname } from 'node:path';
import type { ServiceSnapshot } from '../control/protocol.ts';
import type { AwaitResult } from '../library/await-services.ts';
import { awaitedOf, type Goal, hasReached } from '../library/goal.ts';
import { openProject, type RunningProject } from '../library/running-project.ts';
import { describeGone } from '../library/steer.ts';
import { lastLines } from '../logs/last-lines.ts';
import { EXIT } from './exit-code.ts';
import { type Invocation, note, printJson } from './invocation.ts';
import { renderFailure } from './render/failure.ts';
import { summarizeServices } from './render/summary.ts';

const LOG_LINES = 10;

const EXIT_CODES = {
  reached: EXIT.done,
  failed: EXIT.serviceFailed,
  'timed-out': EXIT.timedOut,
  'supervisor-gone': EXIT.serviceFailed,
} as const;

/** Prints the end of a wait and returns the exit code. */
export async function reportOutcome(invocation: Invocation, running: RunningProject, result: AwaitResult, goal: Goal): Promise<number> {
  const exitCode = EXIT_CODES[result.type];
  if (invocation.json)
    printJson(invocation, { ok: exitCode === EXIT.done, result: result.type, answers: result.answers, services: result.services });
  const { paint } = invocation.err;
  if (result.type === 'supervisor-gone') {
    invocation.err.write(`${paint.red('omniroute ended before this was done')}\n`);
    const now = await openProject(running.project, { usage: false });
    // What the services were like when the wait began is not the truth any more.
    if (!now.ok) {
      invocation.err.write(`${[now.message, ...(now.advice === null ? [] : [now.advice])].join('\n')}\n`);
      return exitCode;
    }
  }
  if (result.type === 'timed-out' && !result.answers) return reportSilence(invocation, running, exitCode);
  if (result.type === 'timed-out')
    invocation.err.write(`${paint.red('timed out')}: omniroute goes on, this command does not wait any longer\n`);
  if (result.type === 'failed') for (const name of result.gone) invocation.err.write(`${paint.red(describeGone(name))}\n`);
  const unfinished = result.services.filter((service) => !hasReached(awaitedOf(service), goal));
  const reported = result.lost.length > 0 ? result.lost : unfinished;
  for (const service of reported) await reportUnfinished(invocation, running, service);
  const others = unfinished.filter((service) => !reported.includes(service));
  if (others.length > 0) note(invocation, `not waited for any longer: ${summarizeServices(others)}`);
  if (result.type === 'reached') note(invocation, paint.green(summarizeServices(result.services)));
  return exitCode;
}

/** How services stand is not known then. */
async function reportSilence(invocation: Invocation, { project }: RunningProject, exitCode: number): Promise<number> {
  const { adviseOnHang } = await import('../library/absence.ts');
  const { paint } = invocation.err;
  invocation.err.write(
    `${paint.red('timed out')}: the omniroute of ${project.name} does not answer\n${paint.dim(adviseOnHang(project))}\n`,
  );
  return exitCode;
}

async function reportUnfinished(invocation: Invocation, running: RunningProject, service: ServiceSnapshot): Promise<void> {
  const why = await running.client.why(service.name);
  invocation.err.write(
    renderFailure(service, {
      lastLines: service.run === null ? [] : lastLines(dirname(service.logFile), service.run, LOG_LINES),
      crashReport: why.ok ? (why.value?.crashReport ?? null) : null,
      paint: invocation.err.paint,
    }),
  );
}
