// Where one contestant plays one scenario: a folder of its own, the pipes on which its services tell that they run, and a clean end.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLeftoverGroups } from './leftover-groups.mjs';
import { within } from './within.mjs';

const FLOOD = fileURLToPath(new URL('flood.mjs', import.meta.url));
// Its first act is to write its name and pid; then it holds `alive` open, and waits where nobody ever writes.
const SERVICE = 'echo "$0 $$" >"$1"; exec 3>"$2"; read _ <"$3"';

export class Stage {
  #marks = [];
  #waiting = null;
  #rest = '';
  #socket;
  #aliveWriter;
  #processes = [];
  /** What everything started here says on stderr, for the case that something goes wrong. */
  #errors;

  constructor(folder, runtimeFolder = folder) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.pipes = Object.fromEntries(['marks', 'alive', 'hold'].map((name) => [name, join(folder, name)]));
    const made = spawnSync('mkfifo', ['--', ...Object.values(this.pipes)], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`mkfifo: ${made.error?.message ?? made.stderr}`);
    this.#socket = new Socket({ fd: openSync(this.pipes.marks, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
    this.#socket.on('data', (chunk) => this.#take(String(chunk)));
    this.#errors = openSync(join(folder, 'stderr'), 'a+');
    // Opening a pipe for writing waits for a reader.
    this.#aliveWriter = openSync(this.pipes.alive, constants.O_RDWR);
    this.env = { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: runtimeFolder, OMNIROUTE_BENCH_STAGE: folder };
  }

  /** A service that only runs. `tag` makes another command of it. */
  service(name, tag = '') {
    const { marks, alive, hold } = this.pipes;
    return { name, command: ['/bin/sh', '-c', SERVICE, `${name}${tag}`, marks, alive, hold], log: null };
  }

  services(count) {
    return Array.from({ length: count }, (_, n) => this.service(`s${n}`));
  }

  /** A service that prints this many lines; `log`: where a contestant without logs of its own writes them. */
  flood(lines) {
    const command = [process.execPath, FLOOD, String(lines), 'flood', this.pipes.marks, this.pipes.hold];
    return { name: 'flood', command, log: join(this.folder, 'flood.log') };
  }

  /** Every first instruction so far: name, pid, and when (milliseconds of the monotonic clock). */
  get marks() {
    return this.#marks;
  }

  /** Resolves to the mark that makes `count` of them. */
  async marked(count) {
    while (this.#marks.length < count) {
      const next = new Promise((resolve) => {
        this.#waiting = resolve;
      });
      await within(`first instruction ${this.#marks.length + 1} of ${count}`, next);
    }
    return this.#marks[count - 1];
  }

  /** Resolves when no service is left: each of them holds this pipe open. Call it while they run. */
  watchEnd() {
    const socket = new Socket({
      fd: openSync(this.pipes.alive, constants.O_RDONLY | constants.O_NONBLOCK),
      readable: true,
      writable: false,
    });
    closeSync(this.#aliveWriter);
    this.#aliveWriter = null;
    const ended = new Promise((resolve) => socket.once('end', () => resolve(performance.now())));
    socket.resume();
    return within('the end of all services', ended);
  }

  spawn([program, ...args], env = {}) {
    const child = spawn(program, args, { cwd: this.folder, env: { ...this.env, ...env }, stdio: ['ignore', 'ignore', this.#errors] });
    const exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal, atMs: performance.now() }));
    });
    this.#processes.push(exited);
    return { pid: child.pid, exited, kill: (signal) => child.kill(signal) };
  }

  /** Runs to the end; how long it took. */
  async time(argv, env) {
    const fromMs = performance.now();
    const { code, atMs } = await within(argv.join(' '), this.spawn(argv, env).exited);
    if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
    return atMs - fromMs;
  }

  get errors() {
    return readFileSync(join(this.folder, 'stderr'), 'utf8');
  }

  /** Kills what still carries this stage's environment, and removes the folder. */
  async clear() {
    for (let left = this.#findLeft(); left.length > 0; left = this.#findLeft()) {
      for (const pid of left) killIfThere(pid);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.allSettled(this.#processes);
    this.#socket.destroy();
    closeSync(this.#errors);
    if (this.#aliveWriter !== null) closeSync(this.#aliveWriter);
    const removeGroups = findLeftoverGroups(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
    removeGroups();
  }

  #take(text) {
    const atMs = performance.now();
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) {
      const [name, pid] = line.split(' ');
      this.#marks.push({ name, pid: Number(pid), atMs });
    }
    this.#waiting?.();
  }

  #findLeft() {
    const marker = `OMNIROUTE_BENCH_STAGE=${this.folder}\0`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && readIfThere(`/proc/${name}/environ`).includes(marker))
      .map(Number);
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function killIfThere(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
