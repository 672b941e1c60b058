import { parseArgs } from 'node:util';
import { Project } from '../rig/project.ts';
import { watchMemory } from './flat-memory.ts';
import { Storm } from './storm.ts';

/** Of one project; then the log is read, and the next one begins. */
const ROUNDS = 50;

/** The exit code. Every storm has a seed of its own, so that what went wrong can be played again. */
export async function soak(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { minutes: { type: 'string' }, seed: { type: 'string' }, rounds: { type: 'string' } },
  });
  const endAtMs = performance.now() + Number(values.minutes ?? 5) * 60_000;
  const most = Number(values.rounds ?? Number.POSITIVE_INFINITY);
  let played = 0;
  for (let seed = Number(values.seed ?? 1); played < most && performance.now() < endAtMs; seed++) {
    const rounds = Math.min(ROUNDS, most - played);
    const wentWell = await playStorm(seed, rounds, endAtMs);
    if (wentWell === null) return 1;
    played += wentWell;
  }
  process.stdout.write(`${played} rounds, all as promised\n`);
  const memory = await within((project) => watchMemory(project));
  if (memory !== null) process.stdout.write(`${memory}\n`);
  return memory === null ? 1 : 0;
}

/** How many rounds were played; null: something was not as promised. */
async function playStorm(seed: number, rounds: number, endAtMs: number): Promise<number | null> {
  let round = 0;
  return within(async (project) => {
    const storm = new Storm(project, seed);
    while (round < rounds && performance.now() < endAtMs) {
      process.stdout.write(`seed ${seed}, round ${round + 1}: `);
      process.stdout.write(`${await storm.round()}\n`);
      round += 1;
    }
    const { lines, gaps, largestGapBytes } = await storm.finish();
    process.stdout.write(`seed ${seed}: ${lines} lines in the log, ${gaps} gaps, the largest of ${largestGapBytes} bytes\n`);
    return round;
  });
}

/** In a project of its own; null: something was not as promised, and has been told. */
async function within<T>(body: (project: Project) => Promise<T>): Promise<T | null> {
  const project = await Project.create();
  try {
    const result = await body(project);
    await project.endCleanly();
    return result;
  } catch (error) {
    process.stderr.write(`${project.report()}\n${error instanceof Error ? error.stack : error}\n`);
    return null;
  } finally {
    await project.remove();
  }
}
