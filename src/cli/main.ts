#!/usr/bin/env node
// People type `ps` all day: this file loads nothing that answering needs not, and `--version` answers before anything is loaded.
import module from 'node:module';

declare const __VERSION__: string;

// A reader that went away (`omniroute logs | head`) is no mistake: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // A foreground supervisor has services to stop first; its own handling of SIGTERM does that.
    if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM');
    else process.exit(process.exitCode ?? 0);
  });
}

const words = process.argv.slice(2);
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${__VERSION__}\n`);
} else {
  // Node 22.1 and later; the types are of 20.
  (module as { enableCompileCache?: () => void }).enableCompileCache?.();
  const { runCommandLine } = await import('./command-line.ts');
  process.exitCode = await runCommandLine(words, __VERSION__);
}
