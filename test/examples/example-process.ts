// Runs a program of examples/ as a child, with nothing of the developer's environment, and ends it with the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { TestContext } from 'node:test';

export interface ExampleProcess {
  /** Everything it printed so far, both streams. */
  output(): string;
  /** Resolves with the first match of `pattern` in its output; rejects with the whole output if it ends before that. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export function startExample(t: TestContext, script: string, env: Record<string, string>, args: readonly string[] = []): ExampleProcess {
  const child = spawn(process.execPath, [resolve('examples', script), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const changed = new Set<() => void>();
  const collect = (chunk: string) => {
    output += chunk;
    for (const check of changed) check();
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  // `close` and not `exit`: the last words count.
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  t.after(() => killed(child, exited));

  return {
    output: () => output,
    printed: (pattern) =>
      new Promise((found, lost) => {
        const check = () => {
          const match = pattern.exec(output);
          if (match) found(match);
        };
        changed.add(check);
        check();
        exited.then(() => lost(new Error(`${script} ended without printing ${pattern}:\n${output}`)));
      }),
    signal: (name) => void child.kill(name),
    exited,
  };
}

async function killed(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}
