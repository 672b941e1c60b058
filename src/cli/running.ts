// The way from a command to the supervisor of its project. Nothing here ever starts one.
import type { Answer } from '../control/client.ts';
import type { ControlCommand } from '../control/protocol.ts';
import type { LocatedProject } from '../library/locate-project.ts';
import { type Accepted, explainUnanswered, giveOrder, openProject, type RunningProject } from '../library/running-project.ts';
import { type Refusal, refuseFailure } from './exit-code.ts';
import { findProject } from './find-project.ts';
import { createInvocation, type Invocation } from './invocation.ts';
import { tellFailure } from './tell-failure.ts';

/** The supervisor of this invocation's project and what it says now; `usage` has it measure CPU and memory afresh. */
export async function openRunningProject(
  invocation: Invocation,
  options: { readonly usage: boolean } = { usage: false },
): Promise<RunningProject | Refusal> {
  const project = await findProject(invocation);
  if (!project.ok) return project;
  const opened = await openProject(project, options);
  return opened.ok ? opened : refuseFailure(opened);
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
