import { Argument, Command } from 'commander';
import { act, addGlobalOptions } from '../act.ts';
import { COMMANDS } from '../command-table.ts';
import { renderBash } from '../completion/bash.ts';
import type { CompletedCommand } from '../completion/completed-command.ts';
import { renderFish } from '../completion/fish.ts';
import { renderZsh } from '../completion/zsh.ts';
import { EXIT } from '../exit-code.ts';

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

export function define(command: Command): void {
  command.addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish'])).addHelpText(
    'after',
    `
Prints a script that completes commands, options and the names of the project's services.

  bash   omniroute completion bash > ~/.local/share/bash-completion/completions/omniroute
  zsh    omniroute completion zsh > "\${fpath[1]}/_omniroute"
  fish   omniroute completion fish > ~/.config/fish/completions/omniroute.fish`,
  );
  act<object, [keyof typeof RENDERERS]>(command, async (invocation, _, shell) => {
    invocation.out.write(RENDERERS[shell](await describeCommands()));
    return EXIT.done;
  });
}

/** Every command with the options it declares. */
async function describeCommands(): Promise<CompletedCommand[]> {
  return Promise.all(
    COMMANDS.map(async (entry) => {
      const command = new Command(entry.name);
      // Some options are allowed only where the parent reads its own before the command.
      new Command().enablePositionalOptions().addCommand(command);
      (await entry.load()).define(command);
      addGlobalOptions(command, { followsWithF: command.options.some((option) => option.short === '-f') });
      const options = command.options
        .filter((option) => !option.hidden)
        .map(({ flags, short, long, description, required, argChoices }) => ({
          short: short ?? null,
          long: long as string,
          description,
          takesValue: required,
          takesPath: /(file|dir)>$/.test(flags),
          choices: argChoices ?? [],
        }));
      const choices = command.registeredArguments[0]?.argChoices ?? [];
      return { name: entry.name, summary: entry.summary, completes: entry.completes, choices, options };
    }),
  );
}
