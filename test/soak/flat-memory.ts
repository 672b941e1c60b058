// Omniroute must not grow with what services print. The lines are matched against a pattern, so that they are split and decoded as well.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Project } from '../rig/project.ts';

const LINES = 10_000_000;
const PARTS = 5;
const MIB = 1024 * 1024;
/** After the first part: what a heap may keep before it is swept. */
const MAX_GROWTH_BYTES = 40 * MIB;
const ASK_AGAIN_MS = 200;

/** Resolves to what was measured, in words. */
export async function watchMemory(project: Project): Promise<string> {
  project.write(`logs: {max_size: 1MiB, keep: 2}
services:
  flood:
    type: job
    shell: "for n in 1 2 3 4 5; do seq 1 ${LINES / PARTS}; echo part $n; read _ < go; done"
    outputs: {said: {match: "^(part \\\\d)$"}}
`);
  execFileSync('mkfifo', [`${project.dir}/go`]);
  const up = project.start('up', '-d');
  const sizes: number[] = [];
  for (let part = 1; part <= PARTS; part++) {
    sizes.push(residentBytes(await saidBy(project, `part ${part}`)));
    execFileSync('/bin/sh', ['-c', 'echo go > go'], { cwd: project.dir });
  }
  await up.finished();
  const shown = sizes.map((bytes) => `${(bytes / MIB).toFixed(1)} MiB`).join(', ');
  assert.ok(Math.max(...sizes) - (sizes[0] as number) <= MAX_GROWTH_BYTES, `it grows with what services print: ${shown}`);
  return `memory of omniroute after each fifth of ${LINES / 1e6} million lines: ${shown}`;
}

/** Resolves to the pid of omniroute once the job has printed the line. However long it takes: this is no test. */
async function saidBy(project: Project, line: string): Promise<number> {
  for (;;) {
    const { stdout } = await project.run('ps', '--json', '--all');
    const snapshot = stdout === '' ? null : JSON.parse(stdout);
    if (snapshot?.services?.[0].outputs.said === line) return snapshot.pid;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;
}
