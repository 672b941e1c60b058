// One process of process-compose as a service, or as several where it has replicas.
import type { DependencyFile, ServiceFile } from '../../config/file.ts';
import { toPlain } from '../../config/tree.ts';
import type { Wait } from '../dependencies.ts';
import type { Draft } from '../draft.ts';
import { readEnvironment } from '../environment.ts';
import { type Field, meaningless, type Rules, without } from '../field.ts';
import { assign } from '../service-keys.ts';
import { splitPlainLine } from '../shell-line.ts';
import { escapeReferences } from '../variables.ts';
import { readAvailability, readShutdown, readWatch } from './control.ts';
import { fillTemplate, type Variables } from './go-template.ts';
import { readLiveness, readReadiness } from './probe.ts';
import type { ProcessTexts } from './process-texts.ts';
import { readSchedule } from './schedule.ts';

/** To which a plain line means what it says. */
const IS_SHELL = /^(\S*\/)?(sh|bash|dash|ash|ksh|zsh) -c$/;

export interface ProcessContext {
  readonly draft: Draft;
  readonly waits: Wait[];
  readonly variables: Variables;
  readonly shell: readonly [string, string];
  /** Variables as they stand anywhere in the file. */
  translate(text: string, field: Field): string;
}

export function addProcess(process: Field, context: ProcessContext): void {
  const { draft } = context;
  const replicas = process.field('replicas')?.number() ?? 1;
  const numbers = Array.from({ length: Math.max(1, replicas) }, (_, number) => number);
  const names = numbers.map((number) => {
    const service = draft.add(replicas > 1 ? `${process.name}-${number}` : process.name, process.key);
    if (replicas > 1) service.keys.env = { PC_REPLICA_NUM: String(number) };
    const own = process.of(service.name);
    const texts = createTexts(own, number, context);
    own.follow(rulesOf(service.keys, own, texts, context), 'a process of process-compose');
    setCommand(service.keys, own, texts, context);
    // Nothing is restarted there that does not say so.
    service.keys.restart ??= 'never';
    return service.name;
  });
  draft.alias(process.name, names);
}

function createTexts(process: Field, number: number, { variables, translate, shell }: ProcessContext): ProcessTexts {
  const own = process.field('vars');
  const all = { ...variables, ...(own?.node.kind === 'map' ? (toPlain(own.node) as Variables) : {}), PC_REPLICA_NUM: number };
  const fill = (text: string, field: Field): string => fillTemplate(translate(text, field), all, field);
  return {
    fill,
    text: (field) => {
      const text = field.text();
      return text === undefined ? undefined : fill(text, field);
    },
    shell: (text) => [...((IS_SHELL.test(shell.join(' ')) && splitPlainLine(text)) || [...shell, text])],
  };
}

function setCommand(keys: ServiceFile, process: Field, texts: ProcessTexts, { draft, translate }: ProcessContext): void {
  const command = process.field('command');
  const isPlain = process.field('is_template_disabled')?.flag() === true;
  const text = command && (isPlain ? translate(command.text() ?? '', command) : texts.text(command));
  const entrypoint = process.field('entrypoint')?.texts();
  if (text) keys.command = texts.shell(text.trimEnd());
  else if (entrypoint?.length) keys.command = entrypoint.map(escapeReferences);
  else draft.problems.add(process.key, { code: 'no-command', message: `\`${process.name}\` does not say what to run` });
}

const TERMINAL = without('services have no terminal and no standard input');
const DONE_ELSEWHERE = ['command', 'entrypoint', 'vars', 'is_template_disabled', 'replicas', 'extensions', 'is_strict'];

function rulesOf(keys: ServiceFile, process: Field, texts: ProcessTexts, context: ProcessContext): Rules {
  return {
    ...Object.fromEntries(DONE_ELSEWHERE.map((name) => [name, meaningless])),
    ...Object.fromEntries(['is_tty', 'is_interactive', 'is_foreground'].map((name) => [name, TERMINAL])),
    description: (field) => assign(keys, 'description', texts.text(field)),
    working_dir: (field) => assign(keys, 'cwd', texts.text(field)),
    environment: (field) => {
      keys.env = { ...readEnvironment(field, texts.fill), ...keys.env };
    },
    env_file: (field) => assign(keys, 'env_file', [texts.text(field) ?? []].flat()),
    is_dotenv_disabled: without('`.env` is read for the whole project'),
    disabled: (field) => assign(keys, 'enabled', not(field.flag())),
    is_disabled: (field) => assign(keys, 'enabled', not(field.flag())),
    namespace: (field) => {
      if (field.texts().join() !== 'default')
        field.lost('services are not called by a namespace', 'services of a profile start only with `--profile`');
    },
    availability: (field) => readAvailability(field, keys),
    shutdown: (field) => readShutdown(field, keys, texts),
    watch: (field) => readWatch(field, keys, texts),
    readiness_probe: (field) => readReadiness(field, keys, texts),
    liveness_probe: (field) => readLiveness(field, keys, texts),
    ready_log_line: (field) => {
      const match = texts.text(field);
      if (match !== undefined) keys.readiness = { ...keys.readiness, log: { match } };
    },
    success_exit_codes: (field) => assign(keys, 'success_exit', [0, ...field.items().flatMap((item) => item.number() ?? [])]),
    depends_on: (field) => context.waits.push(...readDependencies(field, process)),
    log_location: (field) => field.lost('the log of a service is in the state folder', `\`omniroute logs ${process.place.service}\``),
    log_configuration: without('how logs are kept is said for the whole project', '`logs: {max_size: …, keep: …}`'),
    truncate_log: without('a log is continued; runs are told apart', '`omniroute logs NAME --run -1`'),
    disable_ansi_colors: without('the log holds what the service printed'),
    is_daemon: without('a program that goes to the background by itself cannot be watched', 'start it in the foreground'),
    launch_timeout_seconds: without('it belongs to `is_daemon`'),
    is_elevated: without('services run as the user who starts omniroute'),
    schedule: (field) => readSchedule(field, keys, texts),
    extends: without('write out what it takes from there'),
    mcp: without('it is of process-compose itself'),
    monitor_for: without('it is of the screen of process-compose'),
    monitor_silence_threshold: without('it is of the screen of process-compose'),
  };
}

function not(flag: boolean | undefined): boolean | undefined {
  return flag === undefined ? undefined : !flag;
}

const CONDITIONS: Readonly<Record<string, DependencyFile['condition']>> = {
  process_started: 'started',
  process_healthy: 'ready',
  process_log_ready: 'ready',
  process_completed: 'completed',
  process_completed_successfully: 'completed',
};

function readDependencies(field: Field, process: Field): Wait[] {
  if (field.node.kind === 'list')
    return field
      .items()
      .map((item) => ({ service: process.name, target: item.text() ?? '', dependency: { condition: 'started' }, field: item }));
  return field.fields().map((target) => {
    const given = target.field('condition');
    const text = given?.text() ?? 'process_started';
    const condition = Object.hasOwn(CONDITIONS, text) ? CONDITIONS[text] : undefined;
    if (condition === undefined) given?.wrong(`must be one of ${Object.keys(CONDITIONS).join(', ')}`);
    if (text === 'process_completed') given?.changed('omniroute waits for an end that is a success', '`success_exit` says what one is');
    return { service: process.name, target: target.name, dependency: { condition: condition ?? 'started' }, field: target };
  });
}
