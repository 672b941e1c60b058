// Commands that are meant to end: hooks, stop commands, exec probes. Each has a group of its own, which does not outlive it.
import { setTimeout as sleep } from 'node:timers/promises';
import { describeExit, type ExitStatus } from '../supervisor/cause.ts';
import { type SpawnOptions, type StartedProcess, spawnRun } from './spawn.ts';
import { describeTimeout } from './timeout.ts';

export interface CommandOptions {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Descriptor for both of its streams. */
  readonly output: number;
  /** Kills its group at once. */
  readonly abort?: AbortSignal;
}

export type CommandEnd =
  | { readonly type: 'exit'; readonly exit: ExitStatus }
  | { readonly type: 'timeout' }
  | { readonly type: 'not-started'; readonly message: string };

/** For the end to be seen after a SIGKILL; only a process stuck in the kernel takes longer. */
const KILL_WAIT_MS = 1_000;

/** Runs to its end, or to the timeout; then its group is killed. Null: exit 0; else the failure in words. */
export async function runCommand({ output, timeoutMs, abort, ...options }: CommandOptions): Promise<string | null> {
  const end = await runToEnd({ ...options, stdout: output, stderr: output }, timeoutMs, (started) => killOnAbort(started, abort));
  if (end.type === 'not-started') return end.message;
  if (end.type === 'timeout') return describeTimeout(timeoutMs);
  return end.exit.code === 0 ? null : describeExit(end.exit);
}

/** As `runCommand`; `onStarted` is called before the process can have written or ended. */
export async function runToEnd(
  options: SpawnOptions,
  timeoutMs: number,
  onStarted?: (started: StartedProcess) => void,
): Promise<CommandEnd> {
  const started = await spawnRun(options);
  if (!started.ok) return { type: 'not-started', message: started.message };
  const group = started.identity.pid;
  const ended = new Promise<CommandEnd>((resolve) => {
    started.onExit((exit) => {
      // In the very turn in which it was reaped: its number cannot have been given away yet.
      killGroup(group);
      resolve({ type: 'exit', exit });
    });
  });
  onStarted?.(started);
  const end = await raceTimeout(ended, timeoutMs);
  if (end !== null) return end;
  // Its end has not been seen, so it has not been reaped, and the number is still its own.
  killGroup(group);
  await raceTimeout(ended, KILL_WAIT_MS);
  return { type: 'timeout' };
}

/** Kills the group of the process at once where the signal is aborted. */
export function killOnAbort(started: StartedProcess, abort: AbortSignal | undefined): void {
  if (abort === undefined) return;
  // Until its end has been seen the number is its own.
  const kill = (): void => killGroup(started.identity.pid);
  if (abort.aborted) return kill();
  abort.addEventListener('abort', kill, { once: true });
  started.onExit(() => abort.removeEventListener('abort', kill));
}

async function raceTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  const over = new AbortController();
  const timeout = sleep(timeoutMs, null, { signal: over.signal }).catch(() => null);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    over.abort();
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // ESRCH: nobody is left. EPERM: all that is left became another user.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
