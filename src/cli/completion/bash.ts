import type { CompletedCommand } from './completed-command.ts';

export function renderBash(commands: readonly CompletedCommand[]): string {
  const options = commands.map(
    (command) =>
      `    ${command.name}) words="${command.options
        .flatMap((option) => [option.short, option.long])
        .filter(Boolean)
        .join(' ')}" ;;`,
  );
  const choices = uniqueChoices(commands).map(
    ([long, values]) => `    ${long}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current")); return ;;`,
  );
  const argumentCases = commands
    .filter((command) => command.completes === 'choices')
    .map((command) => `    ${command.name}) words="${command.choices.join(' ')}" ;;`);
  const named = (completes: string) =>
    commands
      .filter((command) => command.completes === completes)
      .map((command) => command.name)
      .join('|');
  return `# bash completion for omniroute
_omniroute() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" file="" words="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
    -f|--file) file="\${COMP_WORDS[at+1]}"; at=$((at + 1)) ;;
    --color) at=$((at + 1)) ;;
    -*) ;;
    *) command="\${COMP_WORDS[at]}"; break ;;
    esac
  done
  case "$previous" in
${choices.join('\n')}
    ${pathOptions(commands).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [[ -z "$command" ]]; then
    if [[ "$previous" == -f ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
    words="${commands.map((command) => command.name).join(' ')} help --file --json --color --quiet --verbose --version --help"
  elif [[ "$current" == -* ]]; then
    case "$command" in
${options.join('\n')}
    esac
    words="$words --help"
  else
    case "$command" in
    ${named('services')}) words="$(omniroute \${file:+-f "$file"} __complete services 2>/dev/null)" ;;
    ${named('files')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
${argumentCases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _omniroute omniroute
`;
}

/** But -f, which means something else in another command. */
function pathOptions(commands: readonly CompletedCommand[]): string[] {
  const names = commands.flatMap(({ options }) => options.flatMap(({ long, short, takesPath }) => (takesPath ? [long, short] : [])));
  return [...new Set(names)].filter((name) => name !== null && name !== '-f') as string[];
}

/** Options whose values are known, each once. */
function uniqueChoices(commands: readonly CompletedCommand[]): [string, readonly string[]][] {
  const options = commands.flatMap((command) => command.options).filter((option) => option.choices.length > 0);
  return [...new Map(options.map((option) => [option.long, option.choices]))];
}
