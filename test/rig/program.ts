// A program of somebody who has installed the package: run in the project's folder, with the library as built.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Project } from './project.ts';
import { within } from './within.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly pid: number;
  /** What it has printed on stdout so far, as soon as it matches. */
  printed(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  ended(): Promise<Ended>;
}

/** `text`: an ES module, or with `name` ending in .cjs a CommonJS one. */
export function startProgram(project: Project, text: string, name = 'program.mjs'): Program {
  install(project);
  const path = join(project.dir, name);
  writeFileSync(path, text);
  const node = process.env['OMNIROUTE_NODE'] ?? process.execPath;
  const child = spawn(node, [path], { cwd: project.dir, env: project.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  const looks = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      said[stream] += chunk;
      for (const look of looks) look();
    });
  const closed = new Promise<Ended>((done, fail) => {
    child.once('error', fail).once('close', (code, signal) => done({ code, signal, ...said }));
  });
  const describe = (): string => `the program, which printed:\n${said.stdout}${said.stderr}`;
  return {
    pid: child.pid as number,
    signal: (signal) => child.kill(signal),
    ended: () => within(() => `the end of ${describe()}`, closed),
    printed: (pattern) =>
      within(
        () => `${pattern} of ${describe()}`,
        new Promise((found) => {
          const look = (): void => void (pattern.test(said.stdout) && found());
          looks.add(look);
          look();
        }),
      ),
  };
}

/** Runs to its end; what it printed on stdout is JSON lines. */
export async function runProgram(project: Project, text: string): Promise<unknown[]> {
  const { code, signal, stdout, stderr } = await startProgram(project, text).ended();
  if (code !== 0) throw new Error(`the program ended with ${signal ?? code}:\n${stdout}${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function install({ dir }: Project): void {
  const link = join(dir, 'node_modules', 'omniroute');
  if (existsSync(link)) return;
  mkdirSync(join(dir, 'node_modules'), { recursive: true });
  symlinkSync(resolve('.'), link);
}
