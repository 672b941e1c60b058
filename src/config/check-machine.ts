// What must be there on this machine: programs, folders, watched paths.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { withDependencies } from '../graph.ts';
import type { ServiceSpec } from '../spec.ts';
import type { CheckInput } from './check-input.ts';
import type { Cursor } from './cursor.ts';
import { findPreset } from './expand.ts';
import { findFileInPlace } from './state-folder.ts';

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
const IN_A_CIRCLE = 'cannot be reached, a link on the way leads in a circle';
/** Not a prerequisite: see prerequisites.ts. */
const NOT_MADE_YET = { code: 'not-made-yet', severity: 'warning' } as const;
/** That can receive datagrams of a unix socket. */
const NOTIFY_HELPERS = ['perl', 'python3'];

export function checkMachine(input: CheckInput, at: Cursor): void {
  const machine = new Machine();
  for (const service of Object.values(input.project.services)) checkService(service, input, machine, at.in('services', service.name));
  checkNotifications(input, machine, at);
  checkStateDir(input, at);
}

/** Every command looks into it, so none needs to say on its own that it cannot. */
function checkStateDir({ project: { stateDir } }: CheckInput, at: Cursor): void {
  const problem = findFileInPlace(stateDir);
  if (problem === null) return;
  const wayOut = at.in('state_dir').isWritten ? 'name another folder' : 'set `state_dir` to another folder';
  at.in('state_dir').report({ code: 'bad-state-dir', message: problem.message, hint: `${wayOut}, or move ${problem.file} away` });
}

/** Who cannot be told is no reason to keep services down. */
function checkNotifications({ project, file, searchPath }: CheckInput, machine: Machine, at: Cursor): void {
  // One that could not be resolved is told already, and the places of the others are not known.
  if (project.notifications.length !== file.notifications.length) return;
  for (const [index, { target }] of project.notifications.entries()) {
    if (target.type !== 'command') continue;
    const [program] = target.command;
    const isLocal = program.includes('/');
    const problem = isLocal
      ? machine.describeProgram(resolve(project.dir, program))
      : machine.search(program, searchPath ?? DEFAULT_PATH, project.dir);
    const hint = isLocal ? null : `PATH is ${searchPath ?? DEFAULT_PATH}`;
    if (problem !== null)
      placeOf(at.in('notifications', index)).report({
        code: 'missing-executable',
        severity: 'warning',
        message: `\`${program}\` ${problem}`,
        hint,
      });
  }
}

function checkService(service: ServiceSpec, input: CheckInput, machine: Machine, at: Cursor): void {
  const severity = input.onRequest.has(service.name) ? 'warning' : 'error';
  // A job may make a folder or a program before its dependents start: what is not there before it has run keeps nobody from starting.
  const isMadeLater = (): boolean =>
    withDependencies(input.project.services, [service.name]).some(
      (name) => name !== service.name && input.project.services[name]?.type === 'job',
    );
  const folder = machine.describeFolder(service.cwd);
  if (folder !== null)
    at.in('cwd').report({
      ...(isMadeLater() ? NOT_MADE_YET : { code: 'missing-folder', severity }),
      message: `\`cwd\`: ${service.cwd} ${folder}`,
    });
  const hostPath = input.searchPath ?? DEFAULT_PATH;
  const path = service.env['PATH'] ?? hostPath;
  for (const { command, place } of commandsOf(service, at)) {
    const [program] = command;
    const isLocal = program.includes('/');
    if (program.includes('\0') || (isLocal && folder !== null)) continue;
    const problem = isLocal ? machine.describeProgram(resolve(service.cwd, program)) : machine.search(program, path, service.cwd);
    if (problem === null) continue;
    place.report({
      ...(isLocal && isMadeLater() ? NOT_MADE_YET : { code: 'missing-executable', severity }),
      message: `\`${program}\` ${problem}`,
      hint: hintFor(program, service.name, input) ?? (isLocal ? null : `PATH is ${path}`),
    });
  }
  if (service.readiness?.notify === 'systemd' && NOTIFY_HELPERS.every((program) => machine.search(program, hostPath, service.cwd) !== null))
    at.in('readiness', 'notify').report({
      code: 'missing-executable',
      severity,
      message: `\`notify: systemd\` needs ${NOTIFY_HELPERS.join(' or ')} to receive what the service says`,
      hint: 'install one of them, or use `notify: fd`',
    });
  for (const [index, watched] of (service.watch?.paths ?? []).entries()) {
    if (existsSync(watched)) continue;
    at.in('watch', 'paths', index).report({ code: 'missing-path', severity: 'warning', message: `${watched} is not there to be watched` });
  }
}

type Command = readonly [string, ...string[]];

function commandsOf(service: ServiceSpec, at: Cursor): { command: Command; place: Cursor }[] {
  const found: { command: Command; place: Cursor }[] = [{ command: service.command, place: placeOf(at) }];
  if (service.stop.command) found.push({ command: service.stop.command, place: placeOf(at.in('stop')) });
  for (const probe of service.readiness?.probes ?? [])
    if (probe.type === 'exec') found.push({ command: probe.command, place: placeOf(at.in('readiness', 'exec')) });
  if (service.liveness?.probe.type === 'exec')
    found.push({ command: service.liveness.probe.command, place: placeOf(at.in('liveness', 'exec')) });
  for (const [name, hook] of Object.entries(service.hooks)) found.push({ command: hook.command, place: placeOf(at.in('hooks', name)) });
  return found;
}

// The program in a list, else the whole command line.
function placeOf(holder: Cursor): Cursor {
  const command = holder.in(holder.in('command').isWritten ? 'command' : 'shell');
  return command.in(0).isWritten ? command.in(0) : command;
}

function hintFor(program: string, service: string, { file }: CheckInput): string | null {
  const uses = file.services[service]?.uses;
  const preset = uses === undefined ? undefined : findPreset(uses);
  return preset?.requires.find(({ executable }) => executable === program)?.hint ?? null;
}

/** What was looked for once is known: most services are in one folder, and many run one program. */
class Machine {
  readonly #known = new Map<string, string | null>();

  /** In words why a program is not to be had from PATH, or null. */
  search(program: string, path: string, cwd: string): string | null {
    return this.#once(['search', program, path, cwd], () => {
      const problems = path.split(delimiter).map((folder) => this.describeProgram(resolve(cwd, folder, program)));
      return problems.includes(null) ? null : 'is not on PATH';
    });
  }

  /** In words why it cannot be run, or null. */
  describeProgram(path: string): string | null {
    return this.#once(['program', path], () => describeProgram(path));
  }

  /** In words why it cannot be worked in, or null. */
  describeFolder(path: string): string | null {
    return this.#once(['folder', path], () => describeFolder(path));
  }

  #once(words: readonly string[], look: () => string | null): string | null {
    const key = words.join('\0');
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const found = look();
    this.#known.set(key, found);
    return found;
  }
}

function describeProgram(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return 'is a folder, not a program';
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') return `is not executable: try \`chmod +x ${path}\``;
    if (code === 'ELOOP') return `${IN_A_CIRCLE}: ${path}`;
    return `is not there: ${path}`;
  }
}

function describeFolder(path: string): string | null {
  try {
    return statSync(path).isDirectory() ? null : 'is a file, not a folder';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return IN_A_CIRCLE;
    return code === 'EACCES' ? 'cannot be read' : 'is not there';
  }
}
