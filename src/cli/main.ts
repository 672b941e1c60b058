#!/usr/bin/env node
// People type `ps` all day: this file loads nothing that answering needs not, and `--version` answers before anything is loaded.
import module from 'node:module';
import { LOADER_WORD } from '../loader/loader-word.ts';
import { SUPERVISE_WORD } from './up/supervise-word.ts';

declare const __VERSION__: string;

/** The reader of the output went away (`omniroute logs | head`), or the terminal did: there is nobody left to tell. */
const NOBODY_READS: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);

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
    process.exitCode = await runCommandLine(words, __VERSION__);
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
  let outputFailed = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (outputFailed) return;
      outputFailed = true;
      const supervises = process.listenerCount('SIGTERM') > 0;
      // A foreground supervisor has services to stop first, which its own handling of SIGTERM does; a full disk does not end it.
      if (supervises) NOBODY_READS.has(error.code) && process.kill(process.pid, 'SIGTERM');
      else if (NOBODY_READS.has(error.code)) process.exit(process.exitCode ?? 0);
      else {
        process.stderr.write(`omniroute: its output could not be written: ${error.message}\n`);
        process.exit(1);
      }
    });
  }
}
