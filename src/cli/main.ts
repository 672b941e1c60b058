#!/usr/bin/env node
// People type `ps` all day: this file loads nothing that answering needs not, and `--version` answers before anything is loaded.
import module from 'node:module';
import { LOADER_WORD } from '../loader/loader-word.ts';
import { SUPERVISE_WORD } from './up/supervise-word.ts';

declare const __VERSION__: string;

/** The reader of the output went away (`omniroute logs | head`), or the terminal did: there is nobody left to tell. */
const NOBODY_READS: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);

/** Some of what was to be printed is nowhere, as on a full disk. */
let isOutputLost = false;

const words = process.argv.slice(2);
if (words[0] === LOADER_WORD) load();
else if (words[0] === SUPERVISE_WORD) supervise();
else if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  watchOutput();
  process.stdout.write(`${__VERSION__}\n`);
} else run();

function run(): void {
  watchOutput();
  cacheCode();
  void import('./command-line.ts').then(async ({ runCommandLine }) => {
    const exitCode = await runCommandLine(words, __VERSION__);
    process.exitCode = isOutputLost ? exitCode || 1 : exitCode;
  });
}

function load(): void {
  cacheCode();
  void import('../loader/serve-loads.ts').then(({ serveLoads }) => serveLoads(process.env));
}

function supervise(): void {
  cacheCode();
  void import('./up/detached-child.ts').then(async ({ superviseDetached }) => {
    process.exitCode = await superviseDetached();
  });
}

function cacheCode(): void {
  // Node 22.1 and later; the types are of 20.
  (module as { enableCompileCache?: () => void }).enableCompileCache?.();
}

function watchOutput(): void {
  let isUnread = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // It has services to stop before it ends, which its own handling of SIGTERM does.
      const supervises = process.listenerCount('SIGTERM') > 0;
      if (NOBODY_READS.has(error.code)) {
        if (!supervises) process.exit(process.exitCode ?? 0);
        if (!isUnread) process.kill(process.pid, 'SIGTERM');
        isUnread = true;
        return;
      }
      if (isOutputLost) return;
      isOutputLost = true;
      process.stderr.write(`omniroute: its output could not be written: ${error.message}\n`);
      if (!supervises) process.exit(1);
      process.stderr.write('services go on, and `omniroute logs` shows what they print; this ends with 1\n');
    });
  }
}
