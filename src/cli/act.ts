import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Refusal } from './exit-code.ts';
import { createInvocation, type GlobalOptions, type Invocation, reportRefusal } from './invocation.ts';

type Outcome = number | Refusal;

/**
 * Gives the command its action. `body` gets the resolved globals, the options and the arguments in the order declared,
 * and returns the exit code, or a refusal that is reported here.
 */
export function act<Options extends object, Arguments extends unknown[]>(
  command: Command,
  body: (invocation: Invocation, options: Options, ...given: Arguments) => Promise<Outcome>,
): void {
  command.action(async (...all: unknown[]) => {
    const given = all.slice(0, -2) as Arguments;
    const invocation = createInvocation(globalsOf(command));
    const outcome = await body(invocation, command.opts<Options>(), ...given);
    process.exitCode = typeof outcome === 'number' ? outcome : reportRefusal(invocation, outcome);
  });
}

/** The global options, given before the command or after it; the one beside the command wins. */
function globalsOf(command: Command): GlobalOptions {
  return { ...command.parent?.opts<GlobalOptions>(), ...command.opts<GlobalOptions>() };
}

/** `followsWithF`: in this command -f means follow, and the file is given as --file or before the command. */
export function addGlobalOptions(command: Command, options: { readonly followsWithF: boolean }): void {
  const collect = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];
  command
    .addOption(
      new Option(
        options.followsWithF ? '--file <file>' : '-f, --file <file>',
        'project file; repeat to merge several, a later one wins',
      ).argParser(collect),
    )
    .addOption(new Option('--json', 'print JSON: one document, or one object a line for streams'))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']))
    .addOption(new Option('-q, --quiet', 'say nothing but data and problems'))
    .addOption(new Option('-v, --verbose', 'say more'));
}

/** An option's value that is wrong: commander names the option, the message says what would be right. */
export function invalid(message: string): never {
  throw new InvalidArgumentError(message);
}
