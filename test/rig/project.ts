// A project in a temporary folder: its file, the commands run on it, its puppets and its journal. `projectTest` is how tests get one.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { removeEmptyGroups } from '../../src/daemon/run-cgroups.ts';
import type { RecordedEntry } from '../../src/supervisor/journal-entry.ts';
import type { ProjectSnapshot, ServiceSnapshot, StateName } from '../../src/supervisor/snapshot.ts';
import { type CliOptions, CliProcess, type Finished } from './cli-process.ts';
import { findLeftovers, killLeftovers, type Leftover, RIG_VARIABLE } from './leftovers.ts';
import { type Puppet, PuppetStage } from './puppet-stage.ts';
import { eventually } from './within.ts';

/** A test with a project of its own. When it fails, everything that was said is printed; when it ends, nothing may be left. */
export function projectTest(name: string, body: (project: Project, context: TestContext) => Promise<void>): void {
  test(name, async (context) => {
    const project = await Project.create();
    try {
      await body(project, context);
      await project.endCleanly();
    } catch (error) {
      process.stderr.write(`\n${project.report()}\n`);
      throw error;
    } finally {
      await project.remove();
    }
  });
}

export class Project {
  /** Holds everything. */
  readonly root: string;
  /** Where `omniroute.yaml` is. */
  readonly dir: string;
  readonly file: string;
  readonly stateDir: string;
  /** All that omniroute gets of the developer's environment is what is here. */
  readonly env: Record<string, string>;
  /** What its commands are run with; null: what was built. */
  executable: string | null = null;
  readonly #stage: PuppetStage;
  readonly #commands: CliProcess[] = [];

  private constructor(root: string, stage: PuppetStage) {
    this.root = root;
    this.dir = join(root, 'project');
    this.file = join(this.dir, 'omniroute.yaml');
    this.stateDir = join(this.dir, '.omniroute');
    this.#stage = stage;
    this.env = {
      PATH: `${join(root, 'bin')}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      HOME: join(root, 'home'),
      XDG_RUNTIME_DIR: join(root, 'run'),
      LANG: 'C.UTF-8',
      PUPPET_SOCKET: stage.path,
      [RIG_VARIABLE]: root,
    };
  }

  /** In /tmp itself: the path of a unix socket has at most 107 bytes. */
  static async create(): Promise<Project> {
    const root = mkdtempSync(join(realpathSync('/tmp'), 'or-'));
    for (const folder of ['project', 'home', 'run', 'bin']) mkdirSync(join(root, folder), { mode: 0o700 });
    symlinkSync(process.execPath, join(root, 'bin', 'node'));
    // `exec`, so that the puppet is the very process that omniroute has started.
    const puppet = `#!/bin/sh\nexec ${process.execPath} ${resolve('test/rig/puppet.mjs')} "$@"\n`;
    writeFileSync(join(root, 'bin', 'puppet'), puppet, { mode: 0o755 });
    return new Project(root, await PuppetStage.open(join(root, 'stage')));
  }

  /** Writes a file of the project, `omniroute.yaml` unless named. A puppet's command is `puppet NAME`. */
  write(text: string, name = 'omniroute.yaml'): string {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.dir, name), 'utf8');
  }

  puppet(name: string): Puppet {
    return this.#stage.puppet(name);
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Finished> {
    return this.start(...args).finished();
  }

  /** Begins a command and leaves it running. */
  start(...args: string[]): CliProcess {
    return this.#start(args, {});
  }

  /** As `start`, with its stdout going to a file, such as /dev/full. */
  startOnto(stdoutFile: string, ...args: string[]): CliProcess {
    return this.#start(args, { stdoutFile });
  }

  /** Runs a command that must end with 0; returns what it printed on stdout. */
  async succeed(...args: string[]): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(...args);
    assert.equal(signal ?? code, 0, `omniroute ${args.join(' ')}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a command that must end with this code; returns what it printed on stderr. */
  async fail(code: number, ...args: string[]): Promise<string> {
    const finished = await this.run(...args);
    assert.equal(finished.signal ?? finished.code, code, `omniroute ${args.join(' ')}\n${finished.stdout}${finished.stderr}`);
    return finished.stderr;
  }

  /** The running project, as a script sees it. Also a barrier: what was asked before has been decided when this is answered. */
  async snapshot(): Promise<ProjectSnapshot> {
    return JSON.parse(await this.succeed('ps', '--json', '--all')) as ProjectSnapshot;
  }

  async service(name: string): Promise<ServiceSnapshot> {
    const { services } = await this.snapshot();
    const found = services.find((service) => service.name === name);
    assert.ok(found, `service ${name} among ${services.map((service) => service.name)}`);
    return found;
  }

  /** The service as soon as it is in this state. */
  async waitFor(name: string, state: StateName): Promise<ServiceSnapshot> {
    let last = '';
    return eventually(
      () => `${name} to be ${state}; last seen: ${last}`,
      async () => {
        const seen = await this.service(name);
        last = `${seen.state} (${seen.why})`;
        return seen.state === state ? seen : null;
      },
    );
  }

  /** The journal of causes, as it is on disk; also of a supervisor that is gone. */
  journal(): RecordedEntry[] {
    return linesOf(join(this.stateDir, 'supervisor', 'events')).map((line) => JSON.parse(line) as RecordedEntry);
  }

  /** Entries about one service, of one type. */
  entries(service: string | null, type: RecordedEntry['type']): RecordedEntry[] {
    return this.journal().filter((entry) => entry.service === service && entry.type === type);
  }

  /** The nth entry (from 1) of that type about the service (null: the project), as soon as it is there. */
  event(service: string | null, type: RecordedEntry['type'], nth = 1): Promise<RecordedEntry> {
    return eventually(
      () => `entry ${nth} of type ${type} about ${service ?? 'the project'}, in:\n${this.#renderJournal()}`,
      () => this.entries(service, type)[nth - 1] ?? null,
    );
  }

  /** Every process that came from this project and lives, omniroute included. */
  leftovers(): Leftover[] {
    const known = this.#stage.runs.flatMap(({ identity }) => (identity === null ? [] : [identity]));
    return findLeftovers([`${RIG_VARIABLE}=${this.root}`], known);
  }

  /** What was left running is ended by `down`, as by a user, and nothing may outlive it. */
  async endCleanly(): Promise<void> {
    if (this.leftovers().length > 0) await this.succeed('down', '--grace', '1s');
    await Promise.all(this.#commands.map((command) => command.finished()));
    assert.deepEqual(this.leftovers(), [], 'processes left after `down`');
  }

  /** Everything that was said, for whoever reads a failure. */
  report(): string {
    const commands = this.#commands.map(({ args, stdout, stderr }) => `$ omniroute ${args.join(' ')}\n${indent(stdout)}${indent(stderr)}`);
    const left = this.leftovers()
      .map(({ pid, command }) => `  ${pid} ${command}\n`)
      .join('');
    return `--- ${this.file}\n${indent(this.#fileText())}${commands.join('')}--- journal\n${this.#renderJournal()}--- running\n${left}`;
  }

  /** Ends by force whatever is left, and removes the folder. */
  async remove(): Promise<void> {
    await this.#stage.close();
    await killLeftovers(this.leftovers());
    removeEmptyGroups(this.stateDir);
    rmSync(this.root, { recursive: true, force: true });
  }

  #start(args: readonly string[], options: Pick<CliOptions, 'stdoutFile'>): CliProcess {
    const started = new CliProcess(args, { cwd: this.dir, env: this.env, executable: this.executable, ...options });
    this.#commands.push(started);
    return started;
  }

  #fileText(): string {
    return linesOf(this.file).join('\n').slice(0, 4_000);
  }

  #renderJournal(): string {
    return this.journal()
      .map(({ seq, service, run, type, text }) => `  ${seq} ${service ?? '-'}/${run ?? '-'} ${type}: ${text}\n`)
      .join('');
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

function indent(text: string): string {
  return text === '' ? '' : `${text.trimEnd().replace(/^/gm, '  ')}\n`;
}
