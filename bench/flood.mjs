// Prints numbered lines of 100 bytes in 64 KiB writes, as fast as they are taken: `flood.mjs LINES NAME MARKS HOLD`.
import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import { lineOf } from './lines.mjs';

const [lines, name, marks, hold] = process.argv.slice(2);
const BLOCK_BYTES = 64 * 1024;
appendFileSync(marks, `${name} ${process.pid}\n`);

let block = '';
for (let line = 0; line < Number(lines); line++) {
  block += lineOf(line);
  if (block.length >= BLOCK_BYTES) flush();
}
flush();
// Nobody ever writes there: opening it waits for ever.
readFileSync(hold);

function flush() {
  const bytes = Buffer.from(block, 'latin1');
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
  block = '';
}
