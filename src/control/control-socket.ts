// The unix socket itself: whoever can connect commands the project, so only its owner can.
import { once } from 'node:events';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { distrustFolder } from './private-folder.ts';

/**
 * Listens at the path, mode 0600 in a folder of mode 0700. The socket of a dead supervisor is replaced; one that is answered, a file
 * that is no socket and a folder that others can write are thrown: the project's lock and the choice of the folder come before this.
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  const folder = dirname(path);
  const distrust = distrustFolder(folder, process.getuid?.() ?? 0);
  if (distrust !== null) throw new Error(`no control socket is made in a folder that cannot be trusted: ${distrust}`);
  // Before the socket exists: bind(2) gives it the mode that the umask leaves.
  chmodSync(folder, 0o700);
  await removeStaleSocket(path);
  server.listen({ path });
  await once(server, 'listening');
  chmodSync(path, 0o600);
}

async function removeStaleSocket(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isSocket()) throw new Error(`${path} is in the way of the control socket and is no socket`);
  if (await isAnswered(path)) throw new Error(`another supervisor listens at ${path}`);
  rmSync(path, { force: true });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Anything but a refusal (a full queue: EAGAIN) is the sign of someone alive.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
