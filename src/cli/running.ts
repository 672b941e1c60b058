// The way to a running supervisor. Nothing here ever starts one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnostic } from '../config/diagnostic.ts';
import { type Answer, type ControlClient, connect } from '../control/client.ts';
import type { ControlCommand, ControlOutcome, ProjectSnapshot } from '../control/protocol.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import { type FoundProject, findProject } from './find-project.ts';
import { createInvocation, type Invocation } from './invocation.ts';

const STARTING_MS = 3_000;
const LOOK_MS = 20;

export interface RunningProject {
  readonly ok: true;
  readonly project: FoundProject;
  readonly client: ControlClient;
  readonly snapshot: ProjectSnapshot;
}

/** The supervisor of this invocation's project and what it says now; `usage` has it measure CPU and memory afresh. */
export async function openRunningProject(
  invocation: Invocation,
  options: { readonly usage: boolean } = { usage: false },
): Promise<RunningProject | Refusal> {
  const project = await findProject(invocation);
  if (!project.ok) return project;
  if (project.socket === null) return refuseNotRunning(project);
  const client = connect(project.socket);
  const answer = await askPatiently(client, project, options);
  if (!answer.ok) return refuseAnswer(project, answer);
  return { ok: true, project, client, snapshot: answer.value };
}

/** A supervisor that is just starting has spawned its services before it listens. */
async function askPatiently(
  client: ControlClient,
  project: FoundProject,
  options: { readonly usage: boolean },
): Promise<Answer<ProjectSnapshot>> {
  const giveUpAtMs = performance.now() + STARTING_MS;
  for (;;) {
    const answer = await client.snapshot(options);
    if (answer.ok || answer.reason !== 'not-running' || performance.now() > giveUpAtMs) return answer;
    const { hasHolder } = await import('./up/outlived.ts');
    if (!hasHolder(project)) return answer;
    await sleep(LOOK_MS);
  }
}

/** Also looks for what runs on without its supervisor. */
async function refuseNotRunning(project: FoundProject): Promise<Refusal> {
  const { refuseOutlived } = await import('./up/outlived.ts');
  const outlived = refuseOutlived(project);
  if (outlived !== null) return outlived;
  return refuse(EXIT.notRunning, `${project.name} is not running`, `start it with \`omniroute up -d\`; its file is ${project.files[0]}`);
}

/** A supervisor that is there and cannot be understood is not the same as none. */
export async function refuseAnswer(project: FoundProject, answer: Extract<Answer<unknown>, { ok: false }>): Promise<Refusal> {
  if (answer.reason === 'not-running') return refuseNotRunning(project);
  const message = `the omniroute of ${project.name} does not answer as it should: ${answer.message}`;
  if (answer.reason !== 'timeout') return refuse(EXIT.serviceFailed, message, `its socket is ${project.socket}`);
  const { adviseOnHang } = await import('./up/outlived.ts');
  return refuse(EXIT.serviceFailed, message, adviseOnHang(project));
}

/** For the bare `omniroute`: is there a project here, and does it run? */
export async function isProjectRunning(): Promise<boolean> {
  const invocation = { ...createInvocation({ quiet: true }), err: { ...createInvocation({}).err, write: () => undefined } };
  return (await openRunningProject(invocation)).ok;
}

export type Accepted = Extract<ControlOutcome, { ok: true }>;

/** Gives an order; what the supervisor refuses, and its absence, are refusals with their exit codes. */
export async function submitOrder(invocation: Invocation, running: RunningProject, command: ControlCommand): Promise<Accepted | Refusal> {
  const answer = await running.client.submit(command);
  if (!answer.ok) return refuseAnswer(running.project, answer);
  return answer.value.ok ? answer.value : refuseOutcome(invocation, answer.value);
}

const REFUSAL_CODES = {
  'unknown-service': EXIT.noSuchService,
  'invalid-file': EXIT.invalidFile,
  refused: EXIT.serviceFailed,
  'bad-request': EXIT.usage,
} as const;

async function refuseOutcome(invocation: Invocation, outcome: Extract<ControlOutcome, { ok: false }>): Promise<Refusal> {
  if (outcome.code === 'invalid-file') {
    const { renderDiagnostics } = await import('../config/diagnostic.ts');
    const { diagnostics } = outcome.details as { diagnostics: readonly Diagnostic[] };
    const { color } = invocation.err;
    invocation.err.write(`${renderDiagnostics(diagnostics, { color, cwd: invocation.cwd }).trimEnd()}\n`);
  }
  return refuse(REFUSAL_CODES[outcome.code], outcome.message);
}
