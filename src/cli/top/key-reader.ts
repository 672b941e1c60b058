// From what a terminal sends to keys. Sequences that nobody here knows are keys without a meaning, not the letters they end with.
import type { Key } from './model.ts';

const NAMES: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[C': 'right',
  '\u001bOC': 'right',
  '\u001b[D': 'left',
  '\u001bOD': 'left',
  '\u001b[1;2A': 'shift-up',
  '\u001b[1;2B': 'shift-down',
  '\u001b[5~': 'pageup',
  '\u001b[6~': 'pagedown',
  '\u001b[H': 'home',
  '\u001bOH': 'home',
  '\u001b[1~': 'home',
  '\u001b[7~': 'home',
  '\u001b[F': 'end',
  '\u001bOF': 'end',
  '\u001b[4~': 'end',
  '\u001b[8~': 'end',
  '\u001b': 'escape',
  '\r': 'return',
  '\n': 'return',
  '\u007f': 'backspace',
  '\u0008': 'backspace',
  '\u0003': 'ctrl-c',
  '\u000c': 'ctrl-l',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
  '\u001a': 'ctrl-z',
};

const PASTE_BEGIN = '\u001b[200~';
const PASTE_END = '\u001b[201~';
/** A whole sequence, an Esc before another one, or a letter with Alt. */
const SEQUENCE = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|(?=\u001b)|[^[O\u001b])/u;

export class KeyReader {
  #rest = '';
  #isPasting = false;

  /** Whether an Esc has come of which nobody knows yet if it is a key or begins a sequence. */
  get isWaiting(): boolean {
    return this.#rest !== '' && !this.#isPasting;
  }

  /** The keys that are complete with this text, which may be cut anywhere. */
  push(text: string): Key[] {
    // Nothing pasted comes alone as this: the end of a paste was lost.
    if (text === '\u0003') this.#isPasting = false;
    this.#rest += text;
    const keys: Key[] = [];
    for (let key = this.#take(); key !== null; key = this.#take()) keys.push(key);
    return keys;
  }

  /** Nothing more has come for a while: an Esc was the key, and what else has no end never gets one. */
  settle(): Key[] {
    if (!this.isWaiting) return [];
    const isKey = this.#rest === '\u001b';
    this.#rest = '';
    return isKey ? [toKey('\u001b')] : [];
  }

  #take(): Key | null {
    if (this.#rest === '') return null;
    if (this.#isPasting) return this.#takePasted();
    const taken = this.#rest.startsWith('\u001b') ? SEQUENCE.exec(this.#rest)?.[0] : String.fromCodePoint(this.#rest.codePointAt(0) ?? 0);
    if (taken === undefined) return null;
    this.#rest = this.#rest.slice(taken.length);
    if (taken !== PASTE_BEGIN) return toKey(taken);
    this.#isPasting = true;
    return this.#take();
  }

  #takePasted(): Key | null {
    const end = this.#rest.indexOf(PASTE_END);
    if (end === -1) return null;
    const text = this.#rest.slice(0, end).replace(/\p{Cc}+/gu, ' ');
    this.#rest = this.#rest.slice(end + PASTE_END.length);
    this.#isPasting = false;
    return { name: 'pasted', text };
  }
}

/** Letters go by what they type, so that `N` is not `n`. */
function toKey(taken: string): Key {
  const name = Object.hasOwn(NAMES, taken) ? NAMES[taken] : undefined;
  if (name !== undefined) return { name, text: '' };
  return /\p{Cc}/u.test(taken) ? { name: '', text: '' } : { name: taken, text: taken };
}
