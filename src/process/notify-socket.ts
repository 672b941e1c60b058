// The socket of sd_notify(3): datagrams, which Node does not speak. A helper in perl or python receives them and tells each on its output.
import { spawn } from 'node:child_process';

/** Everything such a socket tells that is acted on. */
export type Notification = 'ready' | 'ping' | 'stuck';

export interface NotifySocket {
  /** Idempotent. */
  close(): void;
}

// Both end with the pipe that is their standard input, however the process that holds it ends.
const HELPERS: Readonly<Record<string, readonly string[]>> = {
  perl: [
    '-MSocket',
    '-e',
    `$| = 1; umask 077; unlink $ARGV[0]; socket(S, PF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un($ARGV[0])) or print("FAILED=$!\\n"), exit;
print "BOUND=1\\n"; my ($m, $r) = ('', ''); vec($r, 0, 1) = 1; vec($r, fileno(S), 1) = 1;
while (select(my $q = $r, undef, undef, undef)) { last if vec($q, 0, 1); defined(recv(S, $m, 65536, 0)) and print "$m\\n"; } unlink $ARGV[0];`,
  ],
  python3: [
    '-c',
    `import os, select, socket, sys
os.umask(0o077); path = sys.argv[1]
try:
    if os.path.lexists(path): os.unlink(path)
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(path)
except OSError as e: print("FAILED=%s" % e.strerror, flush=True); sys.exit()
print("BOUND=1", flush=True)
while 0 not in (ready := select.select([0, s], [], [])[0]): print(s.recv(65536).decode("utf8", "replace"), flush=True)
os.unlink(path)`,
  ],
};

const MEANINGS: Readonly<Record<string, Notification>> = { 'READY=1': 'ready', 'WATCHDOG=1': 'ping', 'WATCHDOG=trigger': 'stuck' };

/**
 * Receives at this path until it is closed. `onLost` tells, in words, that nobody does any more; a failure to begin is what is returned.
 */
export async function openNotifySocket(
  path: string,
  on: { readonly message: (notification: Notification) => void; readonly lost: (how: string) => void },
): Promise<NotifySocket | string> {
  // Half a mebibyte that a supervisor without such services does without.
  const readline = await import('node:readline');
  const failures: string[] = [];
  for (const [program, args] of Object.entries(HELPERS)) {
    const opened = await start(program, [...args, path], on, readline);
    if (typeof opened !== 'string') return opened;
    failures.push(`${program}: ${opened}`);
  }
  return failures.join('; ');
}

function start(
  program: string,
  args: readonly string[],
  on: Parameters<typeof openNotifySocket>[1],
  { createInterface }: typeof import('node:readline'),
): Promise<NotifySocket | string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    let closed = false;
    let bound = false;
    const close = (): void => {
      closed = true;
      child.stdin.destroy();
      child.stdout.destroy();
    };
    const lose = (how: string): void => {
      if (closed) return;
      close();
      if (bound) on.lost(how);
      else resolve(how);
    };
    child.once('error', (error: NodeJS.ErrnoException) => lose(error.code === 'ENOENT' ? 'not installed' : error.message));
    child.once('exit', (code, signal) => lose(signal ?? `exit ${code}`));
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => {
      const meaning = MEANINGS[line];
      if (meaning !== undefined) on.message(meaning);
      else if (line.startsWith('FAILED=')) lose(line.slice('FAILED='.length));
      else if (line === 'BOUND=1' && !bound) {
        bound = true;
        resolve({ close });
      }
    });
  });
}
