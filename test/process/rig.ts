// Plays the programs of these tests: real processes in a temporary folder, all of which are gone, with the folder, when the test ends.
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MARKER_VARIABLE } from '../../src/process/environment.ts';
import { identify, type ProcessIdentity } from '../../src/process/identity.ts';
import { type StartedProcess, spawnRun } from '../../src/process/spawn.ts';
import { killMembers } from '../../src/process/stop.ts';
import type { RunScope } from '../../src/process/stragglers.ts';
import type { ExitStatus } from '../../src/supervisor/cause.ts';

export interface Played {
  readonly identity: ProcessIdentity;
  readonly marker: string;
  readonly scope: RunScope;
  readonly started: StartedProcess;
  readonly exited: Promise<ExitStatus>;
}

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'omniroute-process-'));
  readonly env: Readonly<Record<string, string>> = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', DIR: this.folder };
  readonly devNull = openSync('/dev/null', 'r+');
  readonly #played: Played[] = [];

  constructor(context: TestContext) {
    context.after(async () => {
      const left = await killMembers(
        this.#played.map(({ scope }) => scope),
        10_000,
      );
      closeSync(this.devNull);
      rmSync(this.folder, { recursive: true });
      if (left.flat().length > 0) throw new Error('the test left processes behind');
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Starts a run whose marker is unique; `$DIR` is the folder. */
  async play(
    command: readonly [string, ...string[]],
    marker = `test/${process.pid}/${this.#played.length + 1}`,
    inside: <T>(fork: () => T) => T = (fork) => fork(),
  ): Promise<Played> {
    const env = { ...this.env, [MARKER_VARIABLE]: `${marker}/${this.folder}` };
    const started = await spawnRun({ command, cwd: this.folder, env, stdout: this.devNull, stderr: this.devNull, inside });
    if (!started.ok) throw new Error(started.message);
    const { identity } = started;
    const scope = { leader: identity, marker: env[MARKER_VARIABLE] as string, seen: [] };
    const exited = new Promise<ExitStatus>((resolve) => started.onExit(resolve));
    const played = { identity, marker: scope.marker, scope, started, exited };
    this.#played.push(played);
    return played;
  }

  /** A shell script, which tells of its steps by writing files: `echo $$ > $DIR/pid`. */
  script(text: string): Promise<Played> {
    return this.play(['/bin/sh', '-c', text]);
  }

  /** The content of a file as soon as it has a complete line. */
  async told(name: string): Promise<string> {
    const path = this.path(name);
    await until(() => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'));
    return readFileSync(path, 'utf8').trim();
  }

  async identityFrom(name: string): Promise<ProcessIdentity> {
    const identity = identify(Number(await this.told(name)));
    if (identity === null) throw new Error(`the process that wrote ${name} is gone`);
    return identity;
  }
}

/** Resolves once the condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
