// process-compose.yaml: processes with dependencies, probes, templates and replicas.
import { entriesOf, type Tree, toPlain } from '../../config/tree.ts';
import { addDependencies, type Wait } from '../dependencies.ts';
import type { Draft } from '../draft.ts';
import { readEnvironment } from '../environment.ts';
import { Field, meaningless, type Rules, WHOLE, without } from '../field.ts';
import type { Surroundings } from '../surroundings.ts';
import { escapeReferences, translateVariables } from '../variables.ts';
import type { Variables } from './go-template.ts';
import { addProcess, type ProcessContext } from './process.ts';

const DEFAULT_SHELL = ['bash', '-c'] as const;

export function readProcessCompose(root: Tree, draft: Draft, { hasFile }: Surroundings): void {
  const file = new Field(WHOLE, { key: root.span, node: root }, { problems: draft.problems, service: null });
  // It reads a .env beside its file by itself.
  if (hasFile('.env')) draft.project.env_file = [{ path: '.env', required: false }];
  const expands = file.field('disable_env_expansion')?.flag() !== true;
  const waits: Wait[] = [];
  const context: ProcessContext = {
    draft,
    waits,
    translate: expands ? translateVariables : escapeReferences,
    variables: variablesOf(file),
    shell: shellOf(file),
  };
  file.follow(rulesOf(context), 'process-compose.yaml');
  const processes = file.field('processes');
  if (processes === undefined)
    draft.problems.add(root.span, { code: 'missing-key', message: 'the file has no `processes`', hint: 'is it of process-compose?' });
  for (const process of processes?.fields() ?? []) addProcess(process, context);
  addDependencies(waits, draft);
}

function variablesOf(holder: Field): Variables {
  const node = holder.field('vars')?.node;
  return node === undefined || entriesOf(node).length === 0 ? {} : (toPlain(node) as Variables);
}

function shellOf(file: Field): readonly [string, string] {
  const shell = file.field('shell');
  return [shell?.field('shell_command')?.text() ?? DEFAULT_SHELL[0], shell?.field('shell_argument')?.text() ?? DEFAULT_SHELL[1]];
}

const ON_SCREEN = without('it is of the screen of process-compose');

function rulesOf({ draft, translate }: ProcessContext): Rules {
  const { project } = draft;
  return {
    version: meaningless,
    name: (field) => {
      project.name = field.text() ?? '';
    },
    processes: meaningless,
    vars: meaningless,
    disable_env_expansion: meaningless,
    is_strict: meaningless,
    ordered_shutdown: (field) => {
      if (field.flag() === false) field.changed('services always stop in the reverse order of their dependencies');
    },
    environment: (field) => {
      project.env = readEnvironment(field, translate);
    },
    shell: (field) => field.follow({ shell_command: meaningless, shell_argument: meaningless, ...ELEVATED }, '`shell`'),
    log_location: without('omniroute keeps one log a service, in its state folder', '`omniroute logs` merges them by time'),
    log_configuration: (field) => readLogging(field, draft),
    log_length: ON_SCREEN,
    log_level: without("it is of process-compose's own log"),
    log_format: ON_SCREEN,
    is_tui_disabled: ON_SCREEN,
    theme: ON_SCREEN,
    env_cmds: without('omniroute takes no variables from commands', '`shell:` can: VAR=$(command) exec program'),
    extends: without('it is another file', 'import it too, and name it in `include`'),
    mcp_server: without('it is of process-compose itself'),
  };
}

const ELEVATED = Object.fromEntries(
  ['elevated_shell_command', 'elevated_shell_argument'].map((name) => [name, without('services run as the user who starts omniroute')]),
);

/** Rotation is of the whole project in omniroute. */
export function readLogging(field: Field, { project }: Draft): void {
  const other = without("a log holds the bytes that the service printed; times and levels are the reader's");
  const rules: Rules = Object.fromEntries(
    ['fields_order', 'disable_json', 'timestamp_format', 'no_color', 'no_metadata', 'add_timestamp', 'flush_each_line'].map((name) => [
      name,
      other,
    ]),
  );
  const rotation: Rules = {
    directory: without('logs are in the state folder', '`state_dir` says where'),
    filename: without('a log is called `log`, in the folder of its service'),
    max_size_mb: (size) => {
      const megabytes = size.number();
      if (megabytes) project.logs = { ...project.logs, max_size: `${megabytes}MiB` };
    },
    max_backups: (count) => {
      const keep = count.number();
      if (keep !== undefined) project.logs = { ...project.logs, keep: Math.min(keep, 1000) };
    },
    max_age_days: without('old logs go by number', '`logs.keep`'),
    compress: without('rotated logs are not compressed'),
  };
  field.follow({ ...rules, rotation: (each) => each.follow(rotation, '`rotation`') }, '`log_configuration`');
}
