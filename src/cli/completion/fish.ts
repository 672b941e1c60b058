import type { CompletedCommand } from './completed-command.ts';

export function renderFish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c omniroute -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
    ...command.options.map((option) => {
      const names = `${option.short === null ? '' : `-s ${option.short.slice(1)} `}-l ${option.long.slice(2)}`;
      const value =
        option.choices.length > 0
          ? ` -x -a ${quote(option.choices.join(' '))}`
          : option.takesPath
            ? ' -r -F'
            : option.takesValue
              ? ' -x'
              : '';
      return `complete -c omniroute -n '__fish_seen_subcommand_from ${command.name}' ${names}${value} -d ${quote(option.description)}`;
    }),
    ...argumentLines(command),
  ]);
  return `# fish completion for omniroute
complete -c omniroute -f
${lines.join('\n')}
`;
}

function argumentLines({ name, completes, choices }: CompletedCommand): string[] {
  const when = `complete -c omniroute -n '__fish_seen_subcommand_from ${name}'`;
  return {
    services: [`${when} -a '(omniroute __complete services 2>/dev/null)'`],
    files: [`${when} -F`],
    choices: [`${when} -a ${quote(choices.join(' '))}`],
    nothing: [],
  }[completes];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
