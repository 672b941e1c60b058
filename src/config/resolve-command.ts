import type { Hook, HookName } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import type { FilledHookFile } from './filled-file.ts';
import { HOOK_NAMES } from './shorthand.ts';
import { splitWords } from './words.ts';

type Command = readonly [string, ...string[]];

/** argv of `command`, or of `shell` run by /bin/sh; `at` is what holds them. Null, with the reason reported, where there is none. */
export function resolveCommand(
  file: { readonly command?: string | readonly string[]; readonly shell?: string },
  at: Cursor,
): Command | null {
  if (file.command !== undefined && file.shell !== undefined) {
    at.in('shell').report({ code: 'conflict', message: '`command` and `shell` are two ways of saying what to run: keep one' }, 'key');
    return null;
  }
  if (file.shell !== undefined) return ['/bin/sh', '-c', file.shell];
  return file.command === undefined ? null : resolveWords(file.command, at.in('command'));
}

export function resolveWords(command: string | readonly string[], at: Cursor): Command | null {
  const words = typeof command === 'string' ? splitWords(command) : command;
  if (words === null) {
    at.report({
      code: 'bad-command',
      message: 'a quote or backslash in this command is never closed',
      hint: 'write it as a list: [program, argument, …]',
    });
    return null;
  }
  const [program, ...args] = words;
  if (program) return [program, ...args];
  at.report({ code: 'bad-command', message: 'the command names no program' });
  return null;
}

export function resolveHooks(hooks: Readonly<Partial<Record<HookName, FilledHookFile>>>, at: Cursor): Partial<Record<HookName, Hook>> {
  const resolved = HOOK_NAMES.flatMap((name): [string, Hook][] => {
    const file = hooks[name];
    if (!file) return [];
    const hook = at.in(name);
    const command = resolveCommand(file, hook);
    if (command) return [[name, { command, timeoutMs: hook.in('timeout').durationMs(file.timeout) }]];
    if (file.command === undefined && file.shell === undefined)
      hook.report({ code: 'missing-key', message: `the hook \`${name}\` needs \`command\` or \`shell\`` }, 'key');
    return [];
  });
  return Object.fromEntries(resolved);
}
