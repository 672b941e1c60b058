#!/usr/bin/env node
// People type `ps` all day: this file loads nothing that answering needs not, and `--version` answers before anything is loaded.
import module from 'node:module';

declare const __VERSION__: string;

/** The reader of the output went away (`omniroute logs | head`), or the terminal did: there is nobody left to tell. */
const NOBODY_READS: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);

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

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${__VERSION__}\n`);
} else {
  // Node 22.1 and later; the types are of 20.
  (module as { enableCompileCache?: () => void }).enableCompileCache?.();
  void import('./command-line.ts').then(async ({ runCommandLine }) => {
    process.exitCode = await runCommandLine(words, __VERSION__);
  });
}
