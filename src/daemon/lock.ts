// One supervisor per project. The lock is a listening socket without a path (Linux: the abstract namespace), held by the
// kernel for exactly as long as the process lives: nothing to clean up after SIGKILL, no race for a stale file.
// https://man7.org/linux/man-pages/man7/unix.7.html
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnding } from '../process/ending.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { type FolderIdentity, identifyFolder, isOfFolder } from './folder-identity.ts';
import { placeIdOf } from './place-id.ts';

export type LockResult = { readonly ok: true; release(): void } | { readonly ok: false; readonly holder: { readonly pid: number } };

/** For a process that was killed to let go of its descriptors: it has gigabytes to give back, or the machine is busy. */
const ENDS_WITHIN_MS = 5_000;
const LOOK_MS = 5;

/** Takes the project's lock, before any of its state is touched. The holder's pid is 0 where nobody wrote it down yet. */
export async function takeLock(stateDir: string): Promise<LockResult> {
  const held = await holdOnceFree(stateDir);
  if (held === null) return { ok: false, holder: { pid: findHolder(stateDir) ?? 0 } };
  // Where the namespace is not shared (another container on the same folder), the file of a living holder speaks.
  const holder = readHolder(stateDir);
  if (holder && holder.pid !== process.pid && isAlive(holder)) {
    held();
    return { ok: false, holder };
  }
  const { folder, pid, identity } = filesOf(stateDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(pid, `${process.pid}\n`, { mode: 0o600 });
  writeFileSync(identity, `${JSON.stringify({ ...identify(process.pid), folder: identifyFolder(stateDir) })}\n`, { mode: 0o600 });
  return {
    ok: true,
    release: () => {
      for (const file of [pid, identity]) rmSync(file, { force: true });
      held();
    },
  };
}

/** Whoever was killed a moment ago may hold it still. Null: somebody does who stays. */
async function holdOnceFree(stateDir: string): Promise<(() => void) | null> {
  for (const end = performance.now() + ENDS_WITHIN_MS; ; await sleep(LOOK_MS)) {
    const held = await holdName(lockName(stateDir));
    const holder = held === null ? readHolder(stateDir) : null;
    if (holder === null || !isEnding(holder) || performance.now() > end) return held;
  }
}

/** The pid of the supervisor that lives and holds the project, whether or not it can be reached; null: none. */
export function findHolder(stateDir: string): number | null {
  const holder = readHolder(stateDir);
  return holder !== null && isAlive(holder) ? holder.pid : null;
}

/** `.pid` is for people and scripts; by `identity` the process is told from a later one of that number. */
function filesOf(stateDir: string): { readonly folder: string; readonly pid: string; readonly identity: string } {
  const folder = join(stateDir, 'supervisor');
  return { folder, pid: join(folder, '.pid'), identity: join(folder, 'identity.json') };
}

function lockName(stateDir: string): string {
  const id = placeIdOf(stateDir);
  return process.platform === 'linux' ? `\0omniroute/${id}` : join(tmpdir(), `omniroute-${id}.lock`);
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

/** Null: nobody, nobody who can be told, or the holder of the folder that this one was copied from. */
function readHolder(stateDir: string): ProcessIdentity | null {
  try {
    const holder = JSON.parse(readFileSync(filesOf(stateDir).identity, 'utf8')) as ProcessIdentity & { readonly folder?: FolderIdentity };
    return isOfFolder(stateDir, holder.folder) ? holder : null;
  } catch {
    return null;
  }
}
