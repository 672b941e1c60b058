import { StringDecoder } from 'node:string_decoder';
import { KeyReader } from './key-reader.ts';
import type { Key } from './model.ts';

/** How long after an Esc the rest of a sequence may come, over a slow connection too. */
const ESCAPE_MS = 50;

/** Calls `onKey` for every key typed on a terminal in raw mode. Returns the end of it. */
export function listenToKeys(stream: NodeJS.ReadStream, onKey: (key: Key) => void): () => void {
  const reader = new KeyReader();
  const decoder = new StringDecoder('utf8');
  let timer: NodeJS.Timeout | undefined;
  const settle = () => reader.settle().forEach(onKey);
  const onData = (bytes: Buffer) => {
    clearTimeout(timer);
    reader.push(decoder.write(bytes)).forEach(onKey);
    if (reader.isWaiting) timer = setTimeout(settle, ESCAPE_MS);
  };
  stream.on('data', onData);
  return () => {
    clearTimeout(timer);
    stream.off('data', onData);
  };
}
