import { emitKeypressEvents, type Interface } from 'node:readline';
import type { Key } from './model.ts';

/** How long after an Esc the rest of an escape sequence may come. */
const ESCAPE_MS = 50;

interface Keypress {
  readonly name?: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
  readonly sequence: string;
}

/** Calls `onKey` for every key typed on a terminal in raw mode; what is pasted comes as text and never as a command. Returns the end of it. */
export function listenToKeys(stream: NodeJS.ReadStream, onKey: (key: Key) => void): () => void {
  let isPasting = false;
  const onKeypress = (typed: string | undefined, key: Keypress) => {
    if (key.name === 'paste-start' || key.name === 'paste-end') isPasting = key.name === 'paste-start';
    else onKey(isPasting ? { name: 'pasted', text: printableText(typed) } : toKey(typed, key));
  };
  // All that it takes from the interface it asks for.
  emitKeypressEvents(stream, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
  stream.on('keypress', onKeypress);
  return () => stream.off('keypress', onKeypress);
}

/** Letters go by what they type, so that `N` is not `n`; all others by their names. */
function toKey(typed: string | undefined, { name, ctrl, meta, shift, sequence }: Keypress): Key {
  if (name === 'enter') return { name: 'return', text: '' };
  const text = ctrl || meta ? '' : printableText(typed ?? (sequence.length === 1 ? sequence : ''));
  if (text !== '') return { name: text, text };
  const modifier = ctrl ? 'ctrl-' : meta && name !== 'escape' ? 'meta-' : shift ? 'shift-' : '';
  return { name: modifier + (name ?? ''), text: '' };
}

function printableText(typed: string | undefined): string {
  return typed === undefined || /\p{Cc}/u.test(typed) ? '' : typed;
}
