// One supervisor per project. The lock is a listening socket without a path (Linux: the abstract namespace), held by the
// kernel for exactly as long as the process lives: nothing to clean up after SIGKILL, no race for a stale file.
// https://man7.org/linux/man-pages/man7/unix.7.html
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts';

export type LockResult = { readonly ok: true; release(): void } | { readonly ok: false; readonly holder: { readonly pid: number } };

/** Takes the project's lock, before any of its state is touched. The holder's pid is 0 where nobody wrote it down yet. */
export async function takeLock(stateDir: string): Promise<LockResult> {
  const folder = join(stateDir, 'supervisor');
  const pidFile = pidFileOf(stateDir);
  const held = await holdName(lockName(stateDir));
  if (held === null) return { ok: false, holder: { pid: readHolder(pidFile)?.pid ?? 0 } };
  // Where the namespace is not shared (another container on the same folder), the file of a living holder speaks.
  const holder = readHolder(pidFile);
  if (holder && holder.pid !== process.pid && isAlive(holder)) {
    held();
    return { ok: false, holder };
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(pidFile, `${process.pid}\n${JSON.stringify(identify(process.pid))}\n`, { mode: 0o600 });
  return {
    ok: true,
    release: () => {
      rmSync(pidFile, { force: true });
      held();
    },
  };
}

/** The pid of the supervisor that lives and holds the project, whether or not it can be reached; null: none. */
export function findHolder(stateDir: string): number | null {
  const holder = readHolder(pidFileOf(stateDir));
  return holder !== null && isAlive(holder) ? holder.pid : null;
}

function pidFileOf(stateDir: string): string {
  return join(stateDir, 'supervisor', '.pid');
}

function lockName(stateDir: string): string {
  const hash = createHash('sha256').update(realpathSync(stateDir)).digest('hex').slice(0, 24);
  return process.platform === 'linux' ? `\0omniroute/${hash}` : join(tmpdir(), `omniroute-${hash}.lock`);
}

/** Resolves to the release, or to null where somebody holds the name. */
function holdName(name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(name, () => resolve(() => server.close()));
  });
}

function readHolder(pidFile: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8').split('\n')[1] ?? '') as ProcessIdentity;
  } catch {
    return null;
  }
}
