// A story told to the core: facts go in with the time, orders come out. What the operating system would answer at once is answered at
// once (ports are free, processes start, signals end them, hooks succeed), unless the story holds it back.
import assert from 'node:assert/strict';
import type { ProjectSpec, Signal } from '../../src/spec.ts';
import type { CauseType, ExitStatus } from '../../src/supervisor/cause.ts';
import { nextDeadline } from '../../src/supervisor/deadlines.ts';
import type { Effect, HookKind, ProbeKind } from '../../src/supervisor/effect.ts';
import type { Event, RunEvidence } from '../../src/supervisor/event.ts';
import type { JournalEntry } from '../../src/supervisor/journal-entry.ts';
import { showService } from '../../src/supervisor/show.ts';
import type { ServiceSnapshot, StateName } from '../../src/supervisor/snapshot.ts';
import { createState, type ServiceState, type SupervisorState } from '../../src/supervisor/state.ts';
import { step } from '../../src/supervisor/supervisor.ts';
import { type Given, sampleProject } from './sample-spec.ts';

type Order<Type extends Effect['type']> = Extract<Effect, { type: Type }>;
/** What the world answers by itself; the rest is told by the story. */
export type Answered = 'check-addresses' | 'spawn' | 'run-hook' | 'clear-run' | 'signal-group';

const FIRST_PID = 1000;
export const NOTHING_FOUND: RunEvidence = { lastLine: null, matches: [], kernelOomKill: false, remaining: [] };

export class Scenario {
  state: SupervisorState;
  nowMs = 1_000_000;
  /** Everything ordered so far. */
  readonly orders: Effect[] = [];
  readonly #held = new Set<Answered>();
  readonly #deaf = new Set<string>();
  readonly #evidence = new Map<string, Partial<RunEvidence>>();
  #pid = FIRST_PID;

  constructor(
    services: Readonly<Record<string, Given>>,
    given: Partial<ProjectSpec> & { readonly profiles?: ProjectSpec['profiles'] } = {},
  ) {
    const project = freeze(sampleProject(services, given));
    this.state = freeze(createState(project, { profiles: [], startsAdded: true, seed: 7, nowMs: this.nowMs }));
  }

  /** From now on the story itself answers these. */
  hold(...types: Answered[]): this {
    for (const type of types) this.#held.add(type);
    return this;
  }

  /** From now on only SIGKILL ends it. */
  deafen(service: string): this {
    this.#deaf.add(service);
    return this;
  }

  /** What is found when its next runs are cleared up. */
  leaves(service: string, evidence: Partial<RunEvidence>): this {
    this.#evidence.set(service, evidence);
    return this;
  }

  send(...events: readonly Event[]): this {
    for (const event of events) {
      const { state, effects } = step(this.state, freeze(event), this.nowMs);
      this.state = freeze(state);
      this.orders.push(...effects);
      for (const effect of effects) this.#answer(effect);
    }
    return this;
  }

  /** Time passes, and the core is woken at each of its deadlines, as the daemon does it. */
  pass(ms: number): this {
    const endMs = this.nowMs + ms;
    for (let dueMs = nextDeadline(this.state); dueMs !== null && dueMs <= endMs; dueMs = nextDeadline(this.state)) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.send({ type: 'deadline-passed' });
    }
    this.nowMs = endMs;
    return this;
  }

  /** Time passes, and nobody is there to be woken until it is over. */
  sleep(ms: number): this {
    this.nowMs += ms;
    return this.send({ type: 'deadline-passed' });
  }

  up(...services: string[]): this {
    const names = services.length > 0 ? services : [...this.state.services.keys()];
    return this.send({ type: 'start-requested', services: names, withDependencies: true, again: true });
  }

  stop(...services: string[]): this {
    return this.send({ type: 'stop-requested', services, actor: 'cli' });
  }

  restart(...services: string[]): this {
    return this.send({ type: 'restart-requested', services, actor: 'cli' });
  }

  down(): this {
    return this.send({ type: 'down-requested', gracePeriodMs: null });
  }

  load(services: Readonly<Record<string, Given>>, given: Partial<ProjectSpec> = {}): this {
    return this.send({ type: 'config-loaded', project: sampleProject(services, given), profiles: [] });
  }

  spawned(service: string): this {
    return this.send({ type: 'spawned', service, run: this.run(service), pid: this.#pid++ });
  }

  /** By itself, with a code or by a signal. */
  exits(service: string, how: number | Signal = 1): this {
    const exit: ExitStatus = typeof how === 'number' ? { code: how, signal: null } : { code: null, signal: how };
    return this.send({ type: 'process-exited', service, run: this.run(service), exit });
  }

  cleared(service: string, evidence: Partial<RunEvidence> = {}): this {
    return this.send({ type: 'run-cleared', service, run: this.run(service), evidence: { ...NOTHING_FOUND, ...evidence } });
  }

  says(service: string): this {
    return this.send({ type: 'ready-line-seen', service, run: this.run(service) });
  }

  captures(service: string, output: string, value: string): this {
    return this.send({ type: 'output-captured', service, run: this.run(service), output, value });
  }

  probed(service: string, failure: string | null = null, kind: ProbeKind = 'readiness'): this {
    return this.send({ type: 'probe-finished', service, run: this.run(service), kind, failure });
  }

  hooked(service: string, kind: HookKind, failure: string | null = null): this {
    return this.send({ type: 'hook-finished', service, run: this.run(service), kind, failure });
  }

  measures(service: string, rssBytes: number): this {
    return this.send({ type: 'usage-sampled', service, run: this.run(service), rssBytes });
  }

  service(name: string): ServiceState {
    return this.state.services.get(name) ?? assert.fail(`there is a service ${name}`);
  }

  run(name: string): number {
    return this.service(name).lastRun;
  }

  stateOf(name: string): StateName {
    return this.service(name).phase.type;
  }

  states(): Record<string, StateName> {
    return Object.fromEntries([...this.state.services.values()].map(({ name, phase }) => [name, phase.type]));
  }

  show(name: string, wallOffsetMs = 0): ServiceSnapshot {
    const around = {
      nowMs: this.nowMs,
      wallOf: (atMs: number) => atMs + wallOffsetMs,
      usageOf: () => null,
      isHeld: () => false,
      isInCgroup: () => false,
      logFileOf: () => '/log',
      droppedBytesOf: () => 0,
    };
    return showService(this.service(name), around);
  }

  why(name: string): string {
    return this.show(name).why;
  }

  lastCause(name: string): CauseType | undefined {
    return this.service(name).lastEnd?.cause.type;
  }

  /** Milliseconds until its backoff or retry is over. */
  waits(name: string): number | null {
    const { nextAt } = this.show(name);
    return nextAt === null ? null : nextAt - this.nowMs;
  }

  ordered<Type extends Effect['type']>(type: Type, service?: string): Order<Type>[] {
    return this.orders.filter(
      (each): each is Order<Type> => each.type === type && (service === undefined || ('service' in each && each.service === service)),
    );
  }

  spawns(service: string): number {
    return this.ordered('spawn', service).length;
  }

  signals(service: string): Signal[] {
    return this.ordered('signal-group', service).map(({ signal }) => signal);
  }

  hooks(service: string): HookKind[] {
    return this.ordered('run-hook', service).map(({ kind }) => kind);
  }

  entries(type: JournalEntry['type'], service?: string): JournalEntry[] {
    const all = this.ordered('announce').map(({ entry }) => entry);
    return all.filter((entry) => entry.type === type && (service === undefined || entry.service === service));
  }

  /** Forgets what was ordered so far. */
  freshPage(): this {
    this.orders.length = 0;
    return this;
  }

  #answer(effect: Effect): void {
    if (effect.type === 'announce' || this.#held.has(effect.type as Answered)) return;
    switch (effect.type) {
      case 'check-addresses':
        this.send({ type: 'addresses-checked', service: effect.service, run: effect.run, taken: [] });
        return;
      case 'spawn':
        this.send({ type: 'spawned', service: effect.service, run: effect.run, pid: this.#pid++ });
        return;
      case 'run-hook':
        this.send({ type: 'hook-finished', service: effect.service, run: effect.run, kind: effect.kind, failure: null });
        return;
      case 'clear-run': {
        const evidence = { ...NOTHING_FOUND, ...this.#evidence.get(effect.service) };
        this.send({ type: 'run-cleared', service: effect.service, run: effect.run, evidence });
        return;
      }
      case 'signal-group':
        return this.#hear(effect);
      default:
        return;
    }
  }

  #hear({ service, run, signal }: Order<'signal-group'>): void {
    const ends = signal === 'SIGKILL' || (['SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal) && !this.#deaf.has(service));
    if (ends) this.send({ type: 'process-exited', service, run, exit: { code: null, signal } });
  }
}

/** The core must not change what it was given: everything it could reach throws when it tries. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) freeze(inner);
  return value;
}
