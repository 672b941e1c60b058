// What stands between omniroute and the program of a service. Pure.
import type { ServiceSpec } from '../spec.ts';
import type { Finding } from './finding.ts';
import type { Script } from './script.ts';
import { isShell } from './shells.ts';

const RUNNERS: ReadonlySet<string> = new Set(['npm', 'npx', 'yarn', 'pnpm']);
/** A command and its words; no pipe, no list, nothing in the background. */
const PLAIN = /^(?:[A-Za-z_]\w*=\S*\s+)*(?:[\w./-]+|"\$[^"]*")(?:\s[^|;&<>`]*)?$/;
/** What ends a script otherwise than as a program that runs on. */
const OWN_WORDS: ReadonlySet<string> = new Set(['exec', 'wait', 'exit', 'return', 'done', 'fi', 'esac', 'cd', 'echo', 'true', 'sleep']);

/** `place`: of the command in the project file. */
export function findWrapper({ name, command }: ServiceSpec, script: Script | null, place: string | null): Finding | null {
  const [program, option, line = ''] = command;
  const runner = program.slice(program.lastIndexOf('/') + 1);
  const finding = { level: 'note', subject: name } as const;
  if (RUNNERS.has(runner))
    return {
      ...finding,
      text: `${runner} stands between omniroute and the program: its exit codes and its end are not the program's`,
      fix: 'command: [node, THE FILE THAT THE SCRIPT RUNS]',
      place,
    };
  if (isShell(program) && option === '-c')
    return isUnhanded(line) && !/[$\n(]/.test(line)
      ? { ...finding, text: 'a shell stands between omniroute and the program, and may stay there', fix: `shell: exec ${line}`, place }
      : null;
  const last = script && lastCommandOf(script.text);
  if (script === null || last === null || !isUnhanded(last.text)) return null;
  const text = 'its script ends with a program that it does not `exec`: the shell stays between omniroute and the program';
  return { ...finding, text, fix: `exec ${last.text}`, place: `${script.path}:${last.line}:1` };
}

/** A program is run, and does not take the place of the shell. */
function isUnhanded(line: string): boolean {
  return PLAIN.test(line) && !OWN_WORDS.has(line.split(/\s/, 1)[0] ?? '');
}

/** Null: the last line is indented, and so part of something else, or there is none. */
function lastCommandOf(script: string): { readonly line: number; readonly text: string } | null {
  const lines = script.split('\n').map((line) => line.trimEnd());
  const at = lines.findLastIndex((line) => line !== '' && !line.trimStart().startsWith('#'));
  const first = lines.findLastIndex((_, index) => index <= at && !lines[index - 1]?.endsWith('\\'));
  if (at < 0 || /^\s/.test(lines[first] ?? '')) return null;
  const text = lines.slice(first, at + 1).map((line) => line.replace(/\\$/, '').trim());
  return { line: first + 1, text: text.join(' ') };
}
