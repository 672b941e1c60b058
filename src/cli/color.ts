// Whether one stream gets colours. Decided here, not by the colour library: its own detection turns them on under CI.

export type ColorChoice = 'auto' | 'always' | 'never';

/** Strongest first: --color, FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb, being a terminal. An empty variable counts as unset. */
export function wantsColor(choice: ColorChoice, env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  if (env.CLICOLOR_FORCE) return env.CLICOLOR_FORCE !== '0';
  if (env.CLICOLOR === '0' || env.TERM === 'dumb') return false;
  return isTerminal;
}
