import { Command, CommanderError } from 'commander';
import { addGlobalOptions } from './act.ts';
import { COMMANDS } from './command-table.ts';
import { EXIT } from './exit-code.ts';
import { fillHelp } from './help-text.ts';

const FOLLOWING: ReadonlySet<string> = new Set(['logs', 'events']);

/** Of commander too. */
const PIPE_COLUMNS = 80;

const HELP_END = `
Without a command: what runs, as \`ps\` shows it, or this help.
\`omniroute COMMAND --help\` explains a command and gives examples.

Begin here:
  omniroute init        writes a commented omniroute.yaml
  omniroute up          starts it; Ctrl-C stops everything
  omniroute up -d       starts it in the background, returns when all is ready
  omniroute why NAME    says why a service is in its state
`;

/** Parses and runs one command line; returns the exit code. Mistakes of the user are said on stderr, never thrown. */
export async function runCommandLine(words: readonly string[], version: string): Promise<number> {
  const program = createProgram(version);
  try {
    await program.parseAsync(await normalizeWords(words), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportError(error);
  }
  return Number(process.exitCode ?? EXIT.done);
}

/** The program with the names and summaries of all commands; a command's own options are loaded when it is the one asked for. */
export function createProgram(version: string): Command {
  const program = new Command('omniroute');
  program
    .description('Runs the programs that belong together on this machine, from one file, and keeps them running.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', HELP_END)
    .configureOutput({
      // Only help is written by it.
      writeOut: (text) => process.stdout.write(fillHelp(text, process.stdout.columns ?? PIPE_COLUMNS)),
      outputError: (text, write) => write(text.replace(/^error: /, 'omniroute: ')),
    });
  addGlobalOptions(program, { followsWithF: false });
  program.showHelpAfterError('`omniroute --help` names all commands');
  for (const { name, summary, group } of COMMANDS)
    program.command(name).description(summary).helpGroup(`${group}:`).showHelpAfterError(`\`omniroute ${name} --help\` explains it`);
  program.command('__complete', { hidden: true });
  program.hook('preSubcommand', (_, command) => defineCommand(command));
  return program;
}

/** Loads a command's file and lets it declare itself. */
export async function defineCommand(command: Command): Promise<void> {
  const entry = COMMANDS.find((each) => each.name === command.name());
  const module = entry === undefined ? await import('./commands/complete.ts') : await entry.load();
  module.define(command);
  addGlobalOptions(command, { followsWithF: FOLLOWING.has(command.name()) });
}

/** `help ps` is `ps --help`; no word at all is `ps` inside a running project, else help. */
async function normalizeWords(words: readonly string[]): Promise<string[]> {
  if (words.length === 0) {
    const { isProjectRunning } = await import('./running.ts');
    return (await isProjectRunning()) ? ['ps'] : ['--help'];
  }
  if (words[0] === 'help') return helpWords(words[1]);
  return [...words];
}

/** An unknown command is no less unknown for being asked about. */
function helpWords(command: string | undefined): string[] {
  if (command === undefined) return ['--help'];
  return COMMANDS.some(({ name }) => name === command) ? [command, '--help'] : [command];
}

/** What the operating system refuses, such as a log that may not be read, is no bug. */
function reportError(error: unknown): number {
  const { message, stack, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const debugs = process.env.OMNIROUTE_DEBUG === '1';
  process.stderr.write(`omniroute: ${syscall === undefined ? 'internal error: ' : ''}${message.split('\n')[0]}\n`);
  if (debugs) process.stderr.write(`${stack ?? ''}\n`);
  if (syscall !== undefined) return EXIT.serviceFailed;
  if (!debugs)
    process.stderr.write('This is a bug in omniroute. Please report it with the output of the same command under OMNIROUTE_DEBUG=1.\n');
  return EXIT.internal;
}
