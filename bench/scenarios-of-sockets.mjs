// Whether anybody notices a restart: new connections, steadily, while the service is killed and restarted.
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('socket-server.mjs', import.meta.url));
const EVERY_MS = 2.5;
const TIMES = 3;
const PAUSE_MS = 400;

export const SCENARIOS_OF_SOCKETS = [
  {
    name: 'sockets',
    rows: [
      { figure: 'connections', label: `connections at ${1000 / EVERY_MS}/s through ${TIMES} kills and ${TIMES} restarts`, unit: '' },
      { figure: 'refused', label: '… refused', unit: '', target: '0', met: ({ own }) => own.refused === 0 },
      { figure: 'broken', label: '… taken by a process that was then ended, and not answered', unit: '' },
    ],
    canPlay: ({ holdsSockets }) => holdsSockets,
    async play(stage, contestant) {
      const port = await freePort();
      const command = [process.execPath, SERVER, stage.pipes.marks];
      await contestant.start(stage, [{ name: 'web', command, log: null, sockets: { http: { listen: `127.0.0.1:${port}` } } }]);
      await stage.marked(1);
      const callers = new Callers(port);
      for (let nth = 1; nth <= TIMES; nth++) {
        await sleep(PAUSE_MS);
        process.kill(stage.marks.at(-1).pid, 'SIGKILL');
        await stage.marked(2 * nth);
        await sleep(PAUSE_MS);
        await contestant.restart(stage, 'web');
        await stage.marked(2 * nth + 1);
      }
      await sleep(PAUSE_MS);
      return callers.finish();
    },
  },
];

/** Of a service that drains, as servers do. */
const OVERLAP = {
  name: 'overlap',
  rows: [
    { figure: 'overlapping', label: `connections at ${1000 / EVERY_MS}/s through ${TIMES} restarts with \`strategy: overlap\``, unit: '' },
    { figure: 'failed', label: '… refused, or not answered', unit: '', target: '0', met: ({ own }) => own.failed === 0 },
  ],
  canPlay: ({ holdsSockets }) => holdsSockets,
  async play(stage, contestant) {
    const port = await freePort();
    const command = [process.execPath, SERVER, stage.pipes.marks];
    const sockets = { http: { listen: `127.0.0.1:${port}` } };
    await contestant.start(stage, [{ name: 'web', command, log: null, sockets, strategy: 'overlap' }]);
    await stage.marked(1);
    const callers = new Callers(port);
    for (let nth = 1; nth <= TIMES; nth++) {
      await sleep(PAUSE_MS);
      await contestant.restart(stage, 'web');
      await stage.marked(nth + 1);
    }
    await sleep(PAUSE_MS);
    const { connections, refused, broken } = await callers.finish();
    return { overlapping: connections, failed: refused + broken };
  },
};
SCENARIOS_OF_SOCKETS.push(OVERLAP);

class Callers {
  #counts = { connections: 0, refused: 0, broken: 0 };
  #open = new Set();
  #timer;

  constructor(port) {
    this.#timer = setInterval(() => this.#call(port), EVERY_MS);
  }

  async finish() {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    return this.#counts;
  }

  #call(port) {
    this.#counts.connections += 1;
    const call = new Promise((resolve) => {
      let answered = false;
      const socket = connect(port, '127.0.0.1');
      socket.on('data', () => {
        answered = true;
      });
      socket.on('error', ({ code }) => {
        if (code === 'ECONNREFUSED') this.#counts.refused += 1;
      });
      socket.on('close', () => {
        if (!answered) this.#counts.broken += 1;
        this.#open.delete(call);
        resolve();
      });
    });
    this.#open.add(call);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
