// `boot install`, `remove` and `status`: what they do, and what they say. Loaded by `boot` alone.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { loadOrRefuse } from '../load-project.ts';
import { findProjectFiles } from '../project-files.ts';
import { type BootRequest, type BootScope, stopTimeoutMs } from './boot-request.ts';
import { createLaunchd } from './launchd.ts';
import { type BootStarter, runProgram } from './starter.ts';
import { createSystemd } from './systemd.ts';

export type BootAction = 'install' | 'remove' | 'status';

export interface BootOptions {
  readonly scope: BootScope;
  /** Only show the file. */
  readonly dryRun: boolean;
}

export function runBoot(invocation: Invocation, action: BootAction, { scope, dryRun }: BootOptions): number | Refusal {
  const request = createRequest(invocation, scope);
  if ('ok' in request) return request;
  const { username, uid } = userInfo();
  const account = { name: username, uid, home: homedir(), configHome: configHome(invocation.env) };
  const create = process.platform === 'darwin' ? createLaunchd : createSystemd;
  const starter = create(request, account, runProgram);
  if (dryRun) {
    invocation.out.write(starter.text);
    return EXIT.done;
  }
  const existing = readIfThere(starter.path);
  const foreign = existing !== null && !isOf(existing, request) ? refuseForeign(starter.path) : null;
  if (foreign !== null) return foreign;
  if (action === 'install') return install(invocation, starter, scope);
  return action === 'remove' ? remove(invocation, starter, existing) : tellStatus(invocation, starter, existing, scope);
}

function createRequest(invocation: Invocation, scope: BootScope): BootRequest | Refusal {
  const found = findProjectFiles(invocation);
  if (!found.ok) return found;
  const loaded = loadOrRefuse(invocation, found.files, {});
  if (!loaded.ok) return loaded;
  const { project } = loaded.loaded;
  const files = found.files.flatMap((file) => ['--file', file]);
  const bin = resolve(process.argv[1] as string);
  const sudoer = invocation.env['SUDO_USER'];
  return {
    scope,
    name: project.name,
    dir: project.dir,
    command: [process.execPath, bin, ...files, 'up'],
    path: invocation.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    user: scope === 'system' && sudoer !== undefined && sudoer !== 'root' ? sudoer : null,
    stopTimeoutMs: stopTimeoutMs(project),
  };
}

function configHome(env: NodeJS.ProcessEnv): string {
  return env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
}

/** Two projects may have one name. */
function isOf(text: string, { dir, command }: BootRequest): boolean {
  return text.includes(dir) && text.includes(command[3] as string);
}

function refuseForeign(path: string): Refusal {
  return refuse(EXIT.usage, `${path} is of another project of the same name, and is left as it is`, 'give one of them another `name`');
}

function install(invocation: Invocation, starter: BootStarter, scope: BootScope): number | Refusal {
  try {
    mkdirSync(dirname(starter.path), { recursive: true });
    writeFileSync(starter.path, starter.text);
  } catch (error) {
    return refuse(EXIT.serviceFailed, `${starter.path} could not be written: ${(error as Error).message}`, 'a system service needs sudo');
  }
  const problem = starter.enable();
  const problems = problem === null ? starter.findProblems() : [problem];
  if (problems.length > 0) {
    const message = `${starter.path} is written, but the project will not start at boot: ${problems.join('; ')}`;
    // Hardly anybody has a service manager of root's own.
    const isRoots = process.getuid?.() === 0 && scope === 'user';
    return refuse(EXIT.serviceFailed, message, isRoots ? 'as root you most likely want `omniroute boot install --system`' : null);
  }
  if (invocation.json) printJson(invocation, { ok: true, file: starter.path, problems });
  else
    note(
      invocation,
      `wrote ${starter.path}; the project starts at boot. To have it started so now: omniroute down && ${starter.startHint}`,
    );
  return EXIT.done;
}

function remove(invocation: Invocation, starter: BootStarter, existing: string | null): number | Refusal {
  if (existing === null) {
    if (invocation.json) printJson(invocation, { ok: true, file: null });
    else note(invocation, 'the project is not started at boot');
    return EXIT.done;
  }
  const problem = starter.disable();
  if (problem !== null) return refuse(EXIT.serviceFailed, `${starter.path} is left as it is: ${problem}`);
  rmSync(starter.path);
  if (invocation.json) printJson(invocation, { ok: true, file: starter.path });
  else note(invocation, `removed ${starter.path}; what runs goes on`);
  return EXIT.done;
}

function tellStatus(invocation: Invocation, starter: BootStarter, existing: string | null, scope: BootScope): number {
  const install = scope === 'system' ? '`sudo omniroute boot install --system`' : '`omniroute boot install`';
  const problems =
    existing === null
      ? [`there is no ${starter.path}: ${install} writes it`]
      : [
          ...(isCurrent(existing, starter.text) ? [] : [`${starter.path} is out of date: ${install} writes it anew`]),
          ...starter.findProblems(),
        ];
  const enabled = problems.length === 0;
  if (invocation.json) printJson(invocation, { enabled, file: existing === null ? null : starter.path, problems });
  else
    invocation.out.write(
      enabled
        ? `starts at boot: ${starter.path}\n`
        : `does not start at boot${existing === null ? '' : ' as it should'}\n${problems.map((each) => `  ${each}\n`).join('')}`,
    );
  return enabled ? EXIT.done : EXIT.serviceFailed;
}

/** PATH is that of the shell that installed it. */
function isCurrent(existing: string, text: string): boolean {
  const withoutPath = (each: string): string => each.replace(/^.*PATH=.*$|<key>PATH<\/key>\s*<string>.*<\/string>/m, '');
  return withoutPath(existing) === withoutPath(text);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not there, or not to be read by this user: either way there is nothing of ours to see.
    return null;
  }
}
