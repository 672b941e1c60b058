// Lines that other tools give to a shell: most of them need none, and a shell between would only take the signals.
import type { ServiceFile } from '../config/file.ts';
import { splitWords } from '../config/words.ts';
import { escapeReferences } from './variables.ts';

/** Quoted whole, or escaped: nothing in it means anything to a shell. */
const QUOTED = /'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\./g;
/** What a shell acts upon outside of quotes; a `#` begins a comment only where a word begins. */
const SYNTAX = /[|&;<>()*?[\]{}~!\r\n]|(?:^|\s)#/;
/** Looked up even within double quotes. */
const EXPANSION = /[$`]/;
const ASSIGNMENT = /^\s*[A-Za-z_]\w*\+?=/;
/** Words of the shell itself that no program stands for. */
const BUILTINS = new Set(
  '. : alias bg break builtin case cd command continue declare do done elif else esac eval exec exit export fg fi for function getopts hash if jobs let local popd pushd read readonly return select set shift shopt source then times trap type typeset ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);

/** The words of the line, as a shell would split it; null where it takes a shell to know what the line does. */
export function splitPlainLine(text: string): readonly string[] | null {
  if (EXPANSION.test(text) || ASSIGNMENT.test(text) || SYNTAX.test(text.trim().replace(QUOTED, '_'))) return null;
  const words = splitWords(text);
  const program = words?.[0];
  return !program || BUILTINS.has(program) ? null : words;
}

/** `command` where the line is plain, `shell` where it is not. */
export function writeCommand(text: string): Pick<ServiceFile, 'command' | 'shell'> {
  const words = splitPlainLine(text);
  return words === null ? { shell: escapeReferences(text) } : { command: [...words] };
}
