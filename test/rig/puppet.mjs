// A service whose every move the test plays: it connects to the socket of the test, says who it is, and does what it is told.
// `node puppet.mjs NAME`. When the test is gone, so is the puppet.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const GRANDCHILD = fileURLToPath(new URL('grandchild.mjs', import.meta.url));
const socket = connect(process.env.PUPPET_SOCKET);
const allocated = [];
let status = 200;

socket.setEncoding('utf8');
socket.on('error', () => process.exit(99));
socket.on('close', () => process.exit(99));
tell({
  type: 'hello',
  kind: 'puppet',
  name: process.argv[2],
  pid: process.pid,
  run: process.env.OMNIROUTE_RUN ?? null,
  env: process.env,
  cwd: process.cwd(),
  argv: process.argv.slice(3),
});

let text = '';
socket.on('data', (chunk) => {
  const lines = (text + chunk).split('\n');
  text = lines.pop();
  for (const line of lines) play(JSON.parse(line));
});

function tell(message) {
  socket.write(`${JSON.stringify(message)}\n`);
}

async function play({ id, act, ...rest }) {
  try {
    tell({ type: 'done', id, result: await ACTS[act](rest) });
  } catch (error) {
    tell({ type: 'done', id, problem: String(error) });
  }
}

const ACTS = {
  print: ({ text, stream }) => new Promise((resolve) => process[stream].write(text, () => resolve())),
  // Answered by the end of the connection.
  exit: ({ code }) => process.exit(code),
  raise: ({ signal }) => process.kill(process.pid, signal),
  trap: ({ signal }) => void process.on(signal, () => tell({ type: 'signal', signal })),
  spawnGrandchild: ({ setsid, doubleFork, clearEnv, holdStdout, ignoreTerm, tellTerm, name }) => {
    const argv = [
      process.execPath,
      GRANDCHILD,
      process.env.PUPPET_SOCKET,
      name,
      ignoreTerm ? 'ignore-term' : tellTerm ? 'tell-term' : 'mortal',
    ];
    // The shell leaves at once: its child belongs to init then.
    const [file, ...args] = doubleFork ? ['/bin/sh', '-c', '"$@" &', 'sh', ...argv] : argv;
    const stdio = ['ignore', holdStdout ? 'inherit' : 'ignore', 'ignore'];
    spawn(file, args, { detached: setsid, env: clearEnv ? {} : process.env, stdio }).unref();
  },
  listen: ({ port, host }) =>
    new Promise((resolve, reject) => {
      const server = createServer((_, response) => {
        response.writeHead(status).end(`${status}\n`);
      });
      server.on('error', reject).listen(port, host, () => resolve(server.address().port));
    }),
  answer: (rest) => {
    status = rest.status;
  },
  // Filled, or the kernel would give no memory for it.
  allocate: ({ bytes }) => void allocated.push(Buffer.alloc(bytes, 1)),
  // The answer must be out before nothing moves any more.
  hang: () =>
    void setImmediate(() => {
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }),
};
