import type { CompletedCommand, CompletedOption } from './completed-command.ts';

export function renderZsh(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    (command) => `    ${command.name}) _arguments ${[...command.options.map(specOf), ...argumentSpecs(command)].join(' ')} ;;`,
  );
  return `#compdef omniroute
_omniroute_services() {
  local -a names
  names=(\${(f)"$(omniroute __complete services 2>/dev/null)"})
  compadd -a names
}
_omniroute() {
  local -a commands
  commands=(
${commands.map((command) => `    ${quote(`${command.name}:${command.summary}`)}`).join('\n')}
  )
  local at=2
  while [[ "\${words[at]}" == -* ]]; do
    case "\${words[at]}" in
    -f|--file|--color) at=$((at + 2)) ;;
    *) at=$((at + 1)) ;;
    esac
  done
  if (( CURRENT <= at )); then
    _describe command commands
    return
  fi
  local command="\${words[at]}"
  words=("\${(@)words[at,-1]}")
  CURRENT=$((CURRENT - at + 1))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _omniroute omniroute
`;
}

function specOf(option: CompletedOption): string {
  const value = option.takesValue
    ? `:value:${option.choices.length > 0 ? `(${option.choices.join(' ')})` : option.takesPath ? '_files' : ' '}`
    : '';
  const text = `[${option.description.replace(/[[\]]/g, '')}]${value}`.replaceAll("'", "'\\''");
  return option.short === null ? `'${option.long}${text}'` : `{${option.short},${option.long}}'${text}'`;
}

function argumentSpecs(command: CompletedCommand): string[] {
  return {
    services: ["'*:service:_omniroute_services'"],
    files: ["'*:file:_files'"],
    choices: [`'1:which:(${command.choices.join(' ')})'`],
    nothing: [],
  }[command.completes];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
