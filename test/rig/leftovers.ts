// What a test left behind, found by what it carries in its environment and proven by its start time. Never by pid alone.
import { readdirSync } from 'node:fs';
import { readPassing } from './passing-file.ts';
import { eventually } from './within.ts';

/** In the environment of everything a test starts. */
export const RIG_VARIABLE = 'OMNIROUTE_RIG';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: string;
}

export interface Leftover extends ProcessIdentity {
  readonly command: string;
}

/** Null: there is no such process, or only a zombie. */
export function identify(pid: number): ProcessIdentity | null {
  const stat = read(pid, 'stat');
  // The name, in parentheses, may hold anything.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTime = fields[18];
  return startTime === undefined || state === 'Z' || state === 'X' ? null : { pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return identify(pid)?.startTime === startTime;
}

/** Every living process whose environment holds one of these entries (`NAME=value`), and the `known` ones that live. */
export function findLeftovers(entries: readonly string[], known: readonly ProcessIdentity[]): Leftover[] {
  const marked = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const environ = `\0${read(pid, 'environ')}`;
      return pid !== process.pid && entries.some((entry) => environ.includes(`\0${entry}`));
    });
  const identities = [...marked.map(identify), ...known.filter(isAlive)].filter((identity) => identity !== null);
  const unique = new Map(identities.map((identity) => [identity.pid, identity]));
  return [...unique.values()].map((identity) => ({ ...identity, command: read(identity.pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

export async function killLeftovers(leftovers: readonly ProcessIdentity[]): Promise<void> {
  for (const leftover of leftovers.filter(isAlive)) process.kill(leftover.pid, 'SIGKILL');
  await eventually(
    () => `the end of ${leftovers.map(({ pid }) => pid)}`,
    () => (leftovers.some(isAlive) ? null : true),
  );
}

function read(pid: number, file: string): string {
  return readPassing(`/proc/${pid}/${file}`);
}
