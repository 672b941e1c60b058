// `on_supervisor_death: stop`: somebody must outlive omniroute to stop its services. A shell waits for the end of a pipe that omniroute
// holds, which the kernel brings about however omniroute dies, and becomes `omniroute down`: in order, with grace periods and hooks.
import { type ChildProcess, spawn } from 'node:child_process';

/** Without a child of its own, which would outlive it. */
const WAIT_AND_BECOME = 'while read -r _; do :; done; exec "$@"';

export class Guardian {
  readonly #bin: string;
  readonly #files: readonly string[];
  #child: ChildProcess | null = null;
  #problem: string | null = null;

  /** `bin`: omniroute's executable. `files`: of the project, absolute. */
  constructor(bin: string, files: readonly string[]) {
    this.#bin = bin;
    this.#files = files;
  }

  /** In words why nobody stands by though somebody should; null: all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  keep({ wanted }: { readonly wanted: boolean }): void {
    if (!wanted) this.release();
    else if (this.#child === null && this.#problem === null) this.#start();
  }

  /** Omniroute ends in order, or hands over: there is nothing to be done after it. */
  release(): void {
    this.#problem = null;
    const child = this.#child;
    this.#child = null;
    child?.removeAllListeners('exit');
    child?.kill('SIGKILL');
  }

  #start(): void {
    const down = [process.execPath, this.#bin, 'down', ...this.#files.flatMap((file) => ['-f', file])];
    const child = spawn('/bin/sh', ['-c', WAIT_AND_BECOME, 'sh', ...down], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    const lose = (how: string): void => {
      this.#child = null;
      this.#problem = `if omniroute died now, its services would run on (on_supervisor_death): the guardian ${how}`;
    };
    child.once('error', (error) => lose(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => lose(`ended (${signal ?? `exit ${code}`})`));
    child.stdin.on('error', () => child.kill('SIGKILL'));
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    this.#child = child;
  }
}
