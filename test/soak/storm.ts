// Omniroute is killed again and again at random points of what it does; after each time the next one must take over exactly what runs.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from '../rig/leftovers.ts';
import type { Project } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';
import { checkFlood, type FloodFindings } from './flood-check.ts';
import { createRandom } from './random.ts';

const PUPPETS = ['base', 'web', 'mitm', 'tunnel/cloudflared'] as const;
const SERVICES = [...PUPPETS, 'flood'] as const;
/** Within this long after an order omniroute is killed: while it carries it out, or soon after. */
const KILL_WITHIN_MS = 80;
/** The most that is read from a pipe at once, and lost with whoever has read it. */
const CHUNK_BYTES = 64 * 1024;

type Act = 'nothing' | 'first-start' | 'restart' | 'crash' | 'reload' | 'stop';
const ACTS: readonly Act[] = ['nothing', 'first-start', 'restart', 'crash', 'reload', 'stop'];

export class Storm {
  readonly #project: Project;
  readonly #random: () => number;
  #generation = 0;
  #kills = 0;

  constructor(project: Project, seed: number) {
    this.#project = project;
    this.#random = createRandom(seed);
    this.#save();
  }

  /** One life of omniroute, and the check of what the next one finds. Ends with everything ready. */
  async round(): Promise<string> {
    const before = await this.#start();
    const act = this.#pick(ACTS);
    const victim = this.#pick(PUPPETS);
    const finished = await this.#begin(act, victim);
    await pause(this.#random() * KILL_WITHIN_MS);
    await this.#kill();
    await finished();
    const alsoDied = this.#random() < 0.3 ? this.#pick(PUPPETS) : null;
    if (alsoDied !== null) this.#end(before.get(alsoDied));
    const survivors = [...before].filter(([name, identity]) => name !== alsoDied && isAlive(identity));
    const after = await this.#start();
    for (const [name, { pid }] of survivors) {
      if (this.#mayHaveEnded(act, victim, name)) continue;
      assert.equal(after.get(name)?.pid, pid, `${name} was taken over`);
    }
    return `${act} ${victim}${alsoDied === null ? '' : `, ${alsoDied} died meanwhile`}`;
  }

  /** What was printed in all rounds. Everything is down afterwards. */
  async finish(): Promise<FloodFindings> {
    await this.#project.succeed('down', '--grace', '2s');
    assert.deepEqual(this.#project.leftovers(), []);
    const findings = checkFlood(`${this.#project.stateDir}/flood`);
    assert.equal(findings.displaced, 0, 'lines that came twice or out of order');
    assert.ok(findings.gaps <= this.#kills, `${findings.gaps} gaps in the log after ${this.#kills} kills`);
    assert.ok(findings.largestGapBytes <= CHUNK_BYTES, `a gap of ${findings.largestGapBytes} bytes`);
    assert.ok(findings.torn <= 2 * findings.gaps, `${findings.torn} torn lines at ${findings.gaps} gaps`);
    return findings;
  }

  /** Everything is ready, each service with one process of its own: these. */
  async #start(): Promise<Map<string, ProcessIdentity>> {
    await this.#project.succeed('up', '-d');
    const { services } = await this.#project.snapshot();
    const running = new Map<string, ProcessIdentity>();
    for (const { name, pid, state, why } of services) {
      const identity = pid === null ? null : identify(pid);
      assert.ok(state === 'ready' && identity !== null, `${name} is ${state} (${why}), pid ${pid}`);
      running.set(name, identity);
    }
    assert.deepEqual([...running.keys()].sort(), [...SERVICES].sort());
    await this.#expectNobodyElse([...running.values()]);
    return running;
  }

  /** No process twice; what is being ended may take a moment. */
  async #expectNobodyElse(known: readonly ProcessIdentity[]): Promise<void> {
    const strangers = () =>
      this.#project
        .leftovers()
        .filter(({ pid, command }) => !known.some((each) => each.pid === pid) && /puppet\.mjs|flood\.mjs/.test(command));
    await eventually(
      () => `nobody but ${known.map(({ pid }) => pid)}; there is ${strangers().map(({ pid, command }) => `${pid} ${command}`)}`,
      () => (strangers().length === 0 ? true : null),
    );
  }

  /** Begins an act; the answer waits for the command that gave the order, however that ended. */
  async #begin(act: Act, victim: string): Promise<() => Promise<unknown>> {
    const { pid } = await this.#project.service(victim);
    switch (act) {
      case 'nothing':
        return async () => undefined;
      case 'crash':
        process.kill(pid as number, 'SIGKILL');
        return async () => undefined;
      case 'reload':
        this.#save();
        return async () => undefined;
      case 'first-start': {
        await this.#project.succeed('down', '--grace', '2s');
        const up = this.#project.start('up', '-d');
        await eventually(
          () => 'the lock to be taken',
          () => (this.#supervisor() === null ? null : true),
        );
        return () => up.finished();
      }
      case 'restart':
      case 'stop': {
        const command = this.#project.start(act, victim);
        return () => command.finished();
      }
    }
  }

  /** What the act itself, or the next `up` on its behalf, may have given a new process. */
  #mayHaveEnded(act: Act, victim: string, name: string): boolean {
    if (act === 'first-start') return true;
    if (act === 'reload') return name === 'mitm';
    return act !== 'nothing' && name === victim;
  }

  async #kill(): Promise<void> {
    const pid = this.#supervisor();
    const identity = pid === null ? null : identify(pid);
    if (identity === null) return;
    this.#kills += 1;
    process.kill(identity.pid, 'SIGKILL');
    await eventually(
      () => 'omniroute to be gone',
      () => (isAlive(identity) ? null : true),
    );
  }

  #end(identity: ProcessIdentity | undefined): void {
    if (identity !== undefined && isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
  }

  #supervisor(): number | null {
    try {
      return Number(this.#project.read('.omniroute/supervisor/.pid')) || null;
    } catch {
      return null;
    }
  }

  #save(): void {
    this.#generation += 1;
    const restart = '{backoff: {first: 0s, initial: 10ms, max: 50ms, jitter: 0}, max_attempts: unlimited, max_crashes: unlimited}';
    this.#project.write(`logs: {max_size: 256KiB, keep: 1000}
services:
  base: {command: puppet base, restart: ${restart}}
  web: {command: puppet web, depends_on: [base], restart: ${restart}}
  mitm: {command: puppet mitm, env: {GENERATION: "${this.#generation}"}, restart: ${restart}}
  tunnel/cloudflared: {command: puppet tunnel, depends_on: {mitm: {condition: started}}, restart: ${restart}}
  flood: {command: [node, ${resolve('test/soak/flood.mjs')}, "40", "5"], restart: ${restart}}
`);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)] as T;
  }
}
