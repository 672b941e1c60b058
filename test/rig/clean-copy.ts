// The repository as a stranger has it after `git clone`, in a temporary folder, and a shell in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findLeftovers, killLeftovers, RIG_VARIABLE } from './leftovers.ts';
import { within } from './within.ts';

/** What a clone does not have, or what would be the developer's own. */
const NOT_CLONED: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', '.omniroute', 'coverage']);

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class CleanCopy {
  readonly root: string;
  readonly dir: string;
  readonly #env: Record<string, string>;
  readonly #shells: ChildProcess[] = [];

  /** `env`: what the user has set beside the usual. */
  constructor(env: Readonly<Record<string, string>>) {
    this.root = mkdtempSync(join(realpathSync('/tmp'), 'or-'));
    this.dir = join(this.root, 'omniroute');
    for (const folder of ['home', 'run']) mkdirSync(join(this.root, folder), { mode: 0o700 });
    cpSync(resolve('.'), this.dir, { recursive: true, filter: (path) => !NOT_CLONED.has(path.slice(resolve('.').length + 1)) });
    // Packages come from the registry; tests reach no network.
    symlinkSync(resolve('node_modules'), join(this.dir, 'node_modules'));
    this.#env = {
      PATH: `${join(process.execPath, '..')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: join(this.root, 'home'),
      XDG_RUNTIME_DIR: join(this.root, 'run'),
      LANG: 'C.UTF-8',
      [RIG_VARIABLE]: this.root,
      ...env,
    };
  }

  /** Goes on until it ends by itself or by `interrupt`. */
  begin(line: string, cwd = this.dir): { readonly ended: Promise<Ended>; interrupt(): void } {
    const shell = spawn('bash', ['-c', line], { cwd, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#shells.push(shell);
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<Ended>((done, fail) => shell.once('error', fail).once('close', (code) => done({ code, output })));
    // As a terminal does: to everything in the foreground.
    return { ended, interrupt: () => process.kill(-(shell.pid as number), 'SIGINT') };
  }

  /** Runs a command line to its end. */
  run(line: string, cwd = this.dir): Promise<Ended> {
    return within(() => `the end of \`${line}\``, this.begin(line, cwd).ended);
  }

  /** Ends by force whatever is left; the answer is what it was. */
  async remove(): Promise<string[]> {
    const left = findLeftovers([`${RIG_VARIABLE}=${this.root}`], []);
    await killLeftovers(left);
    rmSync(this.root, { recursive: true, force: true });
    return left.map(({ command }) => command);
  }
}
