// The way to a running supervisor. Nothing here ever starts one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Diagnostic } from '../config/diagnostic.ts';
import { ANSWER_TIMEOUT_MS, type Answer, type ControlClient, connect } from '../control/client.ts';
import type { Unanswered } from '../control/exchange.ts';
import type { ControlCommand, ControlOutcome, ProjectSnapshot } from '../control/protocol.ts';
import { currentSocket } from '../control/socket-link.ts';
import { type Failure, fail } from './failure.ts';
import type { LocatedProject } from './locate-project.ts';
import { refuseOtherProject } from './other-project.ts';
import { failUnusableState } from './unusable-state.ts';

/** For one that is just starting: it takes its lock, and spawns its services, before it listens. */
const LISTENS_WITHIN_MS = 5_000;
const LOOK_MS = 20;
/** How long it is asked, by what comes of it in the end. */
const PATIENCE_MS: Partial<Record<Unanswered['reason'], number>> = { timeout: ANSWER_TIMEOUT_MS, 'not-running': LISTENS_WITHIN_MS };
/** An omniroute that is well answers within this, however short somebody wants to wait for something else. */
const PROMPT_MS = 1_000;

export interface RunningProject {
  readonly ok: true;
  readonly project: LocatedProject;
  readonly client: ControlClient;
  readonly snapshot: ProjectSnapshot;
}

export interface OpenOptions {
  /** Have it measure CPU and memory afresh. */
  readonly usage: boolean;
  readonly actor?: string;
  /** Of somebody who waits: one that says nothing for so long has failed to in time. Default: that of the client. */
  readonly timeoutMs?: number | undefined;
}

/** The supervisor of the project and what it says now. */
export async function openProject(located: LocatedProject, { usage, actor, timeoutMs }: OpenOptions): Promise<RunningProject | Failure> {
  const limitMs = timeoutMs === undefined ? ANSWER_TIMEOUT_MS : Math.max(timeoutMs, PROMPT_MS);
  const { socket, client, answer } = await askUntilListening({
    // Where one that is just starting listens is known only once it does.
    findSocket: () => currentSocket(located.stateDir, located.socket),
    isWorthWaiting: async ({ reason }) => reason === 'not-running' && (await import('./absence.ts')).hasHolder(located),
    usage,
    timeoutMs: Math.min(limitMs, ANSWER_TIMEOUT_MS),
    ...(actor !== undefined && { actor }),
  });
  const project = { ...located, socket };
  if (!answer.ok) {
    const failure = await explainUnanswered(project, answer);
    const wasCutShort = limitMs < (PATIENCE_MS[answer.reason] ?? 0);
    return wasCutShort && failure.code === 'unanswered' ? { ...failure, code: 'timed-out' } : failure;
  }
  return refuseOtherProject(project, answer.value, 'some') ?? { ok: true, project, client, snapshot: answer.value };
}

export interface Asking {
  /** Where it listens, as far as is known by now; null: nowhere yet. */
  findSocket(): string | null;
  /** Whether the one that did not answer may do so in a moment. */
  isWorthWaiting(unanswered: Unanswered): boolean | Promise<boolean>;
  readonly usage: boolean;
  /** Of each answer, and of all that waiting. */
  readonly timeoutMs?: number;
  readonly actor?: string;
}

/** What a supervisor that may be just starting says once it listens; else why it does not, as it was in the end. */
export async function askUntilListening({ findSocket, isWorthWaiting, usage, timeoutMs = ANSWER_TIMEOUT_MS, ...who }: Asking): Promise<{
  readonly socket: string | null;
  readonly client: ControlClient;
  readonly answer: Answer<ProjectSnapshot>;
}> {
  for (const giveUpAtMs = performance.now() + Math.min(LISTENS_WITHIN_MS, timeoutMs); ; await sleep(LOOK_MS)) {
    const socket = findSocket();
    // At no path nobody listens.
    const client = connect(socket ?? '', who);
    const answer = await client.snapshot({ usage, timeoutMs });
    if (answer.ok || performance.now() > giveUpAtMs || !(await isWorthWaiting(answer))) return { socket, client, answer };
  }
}

/** Also looks for what runs on without its supervisor. */
async function failNotRunning(project: LocatedProject): Promise<Failure> {
  const { explainSilence } = await import('./absence.ts');
  const silence = explainSilence(project);
  if (silence !== null) return silence;
  const unusable = failUnusableState(project);
  if (unusable !== null) return unusable;
  const advice = `start it with \`omniroute up -d\`; its file is ${project.files[0]}`;
  return fail('not-running', `${project.name} is not running`, { advice });
}

/** A supervisor that is there and cannot be understood is not the same as none. */
export async function explainUnanswered(project: LocatedProject, answer: Extract<Answer<unknown>, { ok: false }>): Promise<Failure> {
  if (answer.reason === 'not-running') return failNotRunning(project);
  const message = `the omniroute of ${project.name} does not answer as it should: ${answer.message}`;
  if (answer.reason !== 'timeout') return fail('unanswered', message, { advice: `its socket is ${project.socket}` });
  const { adviseOnHang } = await import('./absence.ts');
  return fail('unanswered', message, { advice: adviseOnHang(project) });
}

export type Accepted = Extract<ControlOutcome, { ok: true }>;

/** Gives an order; what the supervisor refuses, and its absence, are failures. */
export async function giveOrder({ client, project }: RunningProject, command: ControlCommand): Promise<Accepted | Failure> {
  const answer = await client.submit(command);
  if (!answer.ok) return explainUnanswered(project, answer);
  const outcome = answer.value;
  if (outcome.ok) return outcome;
  const { diagnostics = [] } = outcome.code === 'invalid-file' ? (outcome.details as { diagnostics: readonly Diagnostic[] }) : {};
  return fail(outcome.code, outcome.message, { diagnostics });
}
