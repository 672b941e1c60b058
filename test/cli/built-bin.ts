// The command line as users get it: bundled in a temporary folder, run in a process of its own, with an environment of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface BuiltBin {
  /** A fresh folder, the working directory of commands. */
  readonly dir: string;
  readonly path: string;
  run(words: readonly string[], options?: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string }): Promise<Ended>;
  write(file: string, text: string): void;
}

const VERSION = '1.2.3-test';

/** Call once a test file; what it made is removed after its tests. */
export async function buildBin(): Promise<BuiltBin> {
  const { bundle } = await import(join(process.cwd(), 'scripts/build.mjs'));
  const folder = mkdtempSync(join(tmpdir(), 'omniroute-bin-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const outdir = join(folder, 'dist');
  await bundle({ outdir, version: VERSION });
  const path = join(outdir, 'bin/omniroute.js');
  const dir = mkdtempSync(join(folder, 'project-'));
  const runtime = mkdtempSync(join(folder, 'run-'));
  return {
    dir,
    path,
    write: (file, text) => writeFileSync(join(dir, file), text),
    run: (words, { env = {}, cwd = dir } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [path, ...words], {
          cwd,
          env: { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: runtime, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let out = '';
        let err = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          out += text;
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          err += text;
        });
        child.on('error', reject);
        child.on('close', (exitCode, signal) => resolve({ exitCode, signal, out, err }));
      }),
  };
}
