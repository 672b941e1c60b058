// The way from a command to the supervisor of its project. Nothing here ever starts one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../control/client.ts';
import type { ControlCommand } from '../control/protocol.ts';
import type { Failure } from '../library/failure.ts';
import type { LocatedProject } from '../library/locate-project.ts';
import { type Accepted, explainUnanswered, giveOrder, openProject, type RunningProject } from '../library/running-project.ts';
import { signsOfStart } from '../library/start-signs.ts';
import { type Refusal, refuseFailure } from './exit-code.ts';
import { findProject } from './find-project.ts';
import { createInvocation, type Invocation, note } from './invocation.ts';
import { tellFailure } from './tell-failure.ts';

const LOOK_AGAIN_MS = 100;
/** For what the few files looked at do not tell, such as an included one that names another state folder. */
const LOOK_WHOLE_MS = 5_000;

export interface OpenOptions {
  /** Have it measure CPU and memory afresh. */
  readonly usage: boolean;
  /** Somebody may be about to start it: how long that is waited for. */
  readonly comesWithinMs?: number;
  /** Null: one that is there may take its time to answer. */
  readonly timeoutMs?: number | null;
}

/** The supervisor of this invocation's project and what it says now. */
export async function openRunningProject(
  invocation: Invocation,
  { usage, comesWithinMs = 0, timeoutMs = null }: OpenOptions = { usage: false },
): Promise<RunningProject | Refusal> {
  const beganAtMs = performance.now();
  const giveUpAtMs = beganAtMs + comesWithinMs;
  const leftOf = (timeMs: number): number => Math.max(0, beganAtMs + timeMs - performance.now());
  for (let tries = 1; ; tries += 1) {
    // Where it listens is known only once it was there.
    const project = await findProject(invocation);
    if (!project.ok) return project;
    const signs = signsOfStart(project, invocation.env);
    const opened = await openProject(project, { usage, timeoutMs: timeoutMs === null ? undefined : leftOf(timeoutMs) });
    if (opened.ok) return opened;
    if (!isAbsent(opened) || performance.now() >= giveUpAtMs) return refuseFailure(opened);
    if (tries === 1) note(invocation, `${project.name} is not running: waiting for it to be started`);
    const lookAgainAtMs = Math.min(giveUpAtMs, performance.now() + LOOK_WHOLE_MS);
    do await sleep(Math.min(LOOK_AGAIN_MS, leftOf(comesWithinMs)));
    while (performance.now() < lookAgainAtMs && signsOfStart(project, invocation.env) === signs);
  }
}

function isAbsent({ code }: Failure): boolean {
  return code === 'not-running' || code === 'outlived';
}

export async function refuseAnswer(project: LocatedProject, answer: Extract<Answer<unknown>, { ok: false }>): Promise<Refusal> {
  return refuseFailure(await explainUnanswered(project, answer));
}

/** For the bare `omniroute`: is there a project here, and does it run? */
export async function isProjectRunning(): Promise<boolean> {
  const invocation = { ...createInvocation({ quiet: true }), err: { ...createInvocation({}).err, write: () => undefined } };
  return (await openRunningProject(invocation)).ok;
}

/** Gives an order; what the supervisor refuses, and its absence, are refusals with their exit codes. */
export async function submitOrder(invocation: Invocation, running: RunningProject, command: ControlCommand): Promise<Accepted | Refusal> {
  const accepted = await giveOrder(running, command);
  return accepted.ok ? accepted : tellFailure(invocation, accepted);
}
