// An operating system as naive as can be, and what must hold whatever happens in it. It carries out the core's orders when the story
// says so, in any order, and complains as soon as one breaks a promise.
import assert from 'node:assert/strict';
import type { Dependency, ProjectSpec, ServiceSpec } from '../../src/spec.ts';
import { deadlinesOf, nextDeadline } from '../../src/supervisor/deadlines.ts';
import type { Effect } from '../../src/supervisor/effect.ts';
import type { Event, RunEvent } from '../../src/supervisor/event.ts';
import type { StateName, TakenAddress } from '../../src/supervisor/snapshot.ts';
import { createState, hasRun, isLive, type ServiceState, type SupervisorState } from '../../src/supervisor/state.ts';
import { step } from '../../src/supervisor/supervisor.ts';
import { freeze, NOTHING_FOUND } from './scenario.ts';

/** An order whose answer is still out. */
interface Pending {
  readonly service: string;
  readonly run: number;
  readonly answer: (choice: number) => RunEvent;
}

interface Process {
  readonly service: string;
  readonly run: number;
  readonly pid: number;
  alive: boolean;
  /** Told once it has been killed; the kernel never forgets it. */
  deaf: boolean;
}

const EDGES: Readonly<Record<StateName, readonly StateName[]>> = {
  stopped: ['waiting', 'starting', 'ready'],
  // A successor may begin in the very step in which it turns out to be needless.
  waiting: ['starting', 'stopped', 'ready', 'stopping'],
  starting: ['ready', 'stopping', 'waiting', 'backoff', 'failed', 'stopped', 'completed'],
  ready: ['unready', 'stopping'],
  unready: ['ready', 'stopping'],
  stopping: ['waiting', 'starting', 'backoff', 'failed', 'stopped', 'completed', 'ready'],
  backoff: ['waiting', 'starting', 'stopped', 'ready'],
  completed: ['waiting', 'starting', 'stopped', 'ready'],
  failed: ['waiting', 'starting', 'stopped', 'ready'],
};

/** The states of a dependency in which a dependent may start. */
const ENOUGH: Readonly<Record<Dependency['condition'], readonly StateName[]>> = {
  started: ['starting', 'ready', 'unready', 'completed'],
  ready: ['ready', 'completed'],
  completed: ['completed'],
};

/** Of every schedule. */
const PERIOD_MS = 3_000;

export class SimulatedWorld {
  state: SupervisorState;
  nowMs = 1_000_000;
  readonly pending: Pending[] = [];
  /** The latest process of each service. */
  readonly processes = new Map<string, Process>();
  /** Facts told so far: some are told again, too late. */
  readonly told: RunEvent[] = [];
  /** What was asked for last, as a person would remember it. */
  readonly #wanted = new Map<string, boolean>();
  readonly #cleared = new Map<string, number>();
  readonly #spawned = new Map<string, number>();
  readonly #begun = new Map<string, number>();
  readonly #postExits = new Set<string>();
  /** Told when the step that asked for it is over. */
  readonly #plans: Event[] = [];
  #goingDown = false;
  #pid = 100;

  constructor(project: ProjectSpec) {
    this.state = freeze(createState(freeze(project), { profiles: [], startsAdded: true, seed: 1, nowMs: this.nowMs }));
  }

  get living(): Process[] {
    return [...this.processes.values()].filter(({ alive }) => alive);
  }

  tell(event: Event): void {
    this.#note(event);
    if ('run' in event) this.told.push(event);
    const before = this.state;
    const { state, effects } = step(before, freeze(event), this.nowMs);
    assert.deepEqual(step(before, event, this.nowMs), { state, effects }, 'the same fact in the same state decides the same');
    this.state = freeze(state);
    for (const effect of effects) this.#carryOut(effect);
    this.#check(before);
    for (let plan = this.#plans.shift(); plan; plan = this.#plans.shift()) this.tell(plan);
  }

  /** Answers one of the orders that are out. */
  answer(pick: number, choice: number): void {
    const [pending] = this.pending.splice(pick % Math.max(1, this.pending.length), 1);
    if (pending) this.tell(pending.answer(choice));
  }

  /** A process ends by itself. */
  die(pick: number, code: number): void {
    const process = this.living[pick % Math.max(1, this.living.length)];
    if (process) this.end(process, code);
  }

  end(process: Process, code: number): void {
    process.alive = false;
    this.tell({ type: 'process-exited', service: process.service, run: process.run, exit: { code, signal: null } });
  }

  passTime(ms: number): void {
    const endMs = this.nowMs + ms;
    let atOnce = 0;
    for (let dueMs = nextDeadline(this.state); dueMs !== null && dueMs <= endMs; dueMs = nextDeadline(this.state)) {
      atOnce = dueMs > this.nowMs ? 0 : atOnce + 1;
      assert.ok(atOnce < 50, 'what is due is dealt with: the core does not ask for ever to be woken at once');
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.tell({ type: 'deadline-passed' });
    }
    this.nowMs = endMs;
  }

  /** All stand still, omniroute and what it runs: what passes meanwhile is held against nobody. */
  sleep(ms: number): void {
    const before = this.state;
    const dueMs = nextDeadline(before);
    this.nowMs += ms;
    this.tell({ type: 'deadline-passed' });
    // Less late than a busy machine may be.
    if (dueMs === null || this.nowMs - dueMs <= 1_000) return;
    for (const { name, phase } of this.state.services.values()) {
      const was = before.services.get(name)?.phase;
      if (phase.type !== 'stopping' || was === undefined) continue;
      if (was.type === 'stopping' && (was.deadlineAtMs ?? 0) > before.awakeAtMs)
        assert.equal(phase.step, was.step, `${name} is given its time to stop after all slept`);
      const blamed = phase.cause?.type === 'start-timeout' || phase.cause?.type === 'liveness';
      assert.ok(was.type === 'stopping' || !blamed, `${name} is not blamed for what passed while all slept`);
    }
  }

  /** Everything that is out is answered, signals end everything, until nothing moves any more. */
  settle(): void {
    for (const process of this.processes.values()) process.deaf = false;
    for (let rounds = 0; this.pending.length > 0 || [...this.state.services.values()].some(({ phase }) => hasRun(phase)); rounds++) {
      assert.ok(rounds < 10_000, 'down comes to an end');
      if (this.pending.length > 0) this.answer(0, 0);
      else this.passTime(60_000);
    }
  }

  #note(event: Event): void {
    if (event.type === 'down-requested' || event.type === 'kill-requested') this.#goingDown = true;
    if (event.type === 'stop-requested') for (const name of event.services) this.#wanted.set(name, false);
    if (event.type === 'start-requested' || event.type === 'restart-requested') for (const name of event.services) this.#want(name);
    if (event.type === 'config-loaded')
      for (const name of Object.keys(event.project.services)) if (this.#isNew(name)) this.#wanted.set(name, true);
  }

  #isNew(name: string): boolean {
    return this.state.services.get(name)?.removed ?? true;
  }

  /** With all that it depends on, directly or not. */
  #want(name: string): void {
    const service = this.state.services.get(name);
    this.#wanted.set(name, true);
    for (const dependency of Object.keys(service?.spec.dependsOn ?? {})) this.#want(dependency);
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'check-addresses':
        return this.#owe(effect, (choice) => ({
          ...of(effect),
          type: 'addresses-checked',
          taken: choice % 4 === 3 ? this.#occupied(effect) : [],
        }));
      case 'run-hook':
        if (effect.kind === 'pre_start') this.#checkBegin(effect.service, effect.run, effect.spec);
        if (effect.kind === 'post_exit') this.#countPostExit(effect.service, effect.run);
        return this.#owe(effect, (choice) => ({
          ...of(effect),
          type: 'hook-finished',
          kind: effect.kind,
          failure: choice % 5 === 4 ? 'exit 1' : null,
        }));
      case 'probe':
        return this.#owe(effect, (choice) => ({
          ...of(effect),
          type: 'probe-finished',
          kind: effect.kind,
          failure: choice % 3 === 2 ? 'refused' : null,
        }));
      case 'sample-usage':
        return this.#owe(effect, (choice) => ({ ...of(effect), type: 'usage-sampled', rssBytes: (choice % 12) * 100 }));
      case 'spawn':
        this.#checkSpawn(effect);
        return this.#owe(effect, (choice) =>
          choice % 8 === 7
            ? { ...of(effect), type: 'spawn-failed', code: choice % 16 === 15 ? 'ENOENT' : 'EAGAIN', message: 'no' }
            : this.#begin(effect),
        );
      case 'plan-run':
        this.#plans.push({ type: 'run-planned', service: effect.service, atMs: this.nowMs + PERIOD_MS });
        return;
      case 'signal-group':
        return this.#signal(effect);
      case 'clear-run':
        assert.ok(!this.processes.get(effect.service)?.alive, `${effect.service} is cleared up after its process has ended`);
        return this.#owe(effect, (choice) => this.#clear(effect, choice));
      default:
        return;
    }
  }

  #owe({ service, run }: { readonly service: string; readonly run: number }, answer: Pending['answer']): void {
    this.pending.push({ service, run, answer });
  }

  #checkSpawn({ service, run, spec }: Extract<Effect, { type: 'spawn' }>): void {
    assert.ok(!this.#goingDown, `${service} is started although omniroute goes down`);
    // A successor is wanted by nobody but the core.
    const isWanted = this.#wanted.get(service) === true || this.state.services.get(service)?.replaces !== null;
    assert.ok(isWanted, `${service} is started although nobody wants it`);
    assert.ok(run > (this.#spawned.get(service) ?? 0), `run ${run} of ${service} is a new one`);
    const previous = this.processes.get(service);
    if (previous)
      assert.equal(this.#cleared.get(service), previous.run, `run ${previous.run} of ${service} is proven gone before run ${run}`);
    this.#spawned.set(service, run);
    this.#checkBegin(service, run, spec);
  }

  /** The first order of a run: what it depends on must hold now. */
  #checkBegin(service: string, run: number, spec: ServiceSpec): void {
    if (this.#begun.get(service) === run) return;
    this.#begun.set(service, run);
    if (this.state.services.get(service)?.ignoresDependencies) return;
    for (const member of spec.group?.members ?? []) {
      const phase = this.state.services.get(member)?.phase;
      const cause = phase?.type === 'stopping' ? phase.cause : null;
      const goesAlong = cause?.type === 'dependency' && spec.group?.members.includes(cause.service);
      assert.ok(!goesAlong, `${service} is started while ${member} of its group still goes`);
    }
    for (const [name, { condition }] of Object.entries(spec.dependsOn)) {
      const dependency = this.state.services.get(name);
      // The place that is kept for a successor: another one of its kind is up.
      if (dependency?.spec.instance?.upAtOnce != null && dependency.desired.type === 'down') continue;
      const state = dependency?.phase.type ?? 'gone';
      assert.ok(ENOUGH[condition].includes(state as StateName), `${service} is started while ${name} is ${state}`);
    }
  }

  #occupied({ ports, spec }: Extract<Effect, { type: 'check-addresses' }>): TakenAddress[] {
    const nobodyKnown = { pid: null, command: null };
    // Of instances it may be another one that has the socket.
    const outlived = this.#pid % 2 === 0 ? (spec.instance?.of ?? null) : null;
    return [
      ...ports.map((port) => ({ type: 'port' as const, port, ...nobodyKnown })),
      ...spec.sockets.map(({ name }) => ({ type: 'socket' as const, socket: name, address: `127.0.0.1:81`, ...nobodyKnown, outlived })),
    ];
  }

  #begin(effect: Extract<Effect, { type: 'spawn' }>): RunEvent {
    assert.ok(!this.processes.get(effect.service)?.alive, `${effect.service} has one process at a time`);
    const process: Process = { service: effect.service, run: effect.run, pid: this.#pid++, alive: true, deaf: this.#pid % 3 === 0 };
    this.processes.set(effect.service, process);
    return { ...of(effect), type: 'spawned', pid: process.pid };
  }

  #signal({ service, run, signal }: Extract<Effect, { type: 'signal-group' }>): void {
    const process = this.processes.get(service);
    assert.equal(process?.run, run, `${signal} goes to the process of ${service} that is there`);
    if (!process?.alive || (process.deaf && signal !== 'SIGKILL') || signal === 'SIGHUP') return;
    this.pending.push({ service, run, answer: () => ({ type: 'process-exited', service, run, exit: this.#endQuietly(process, signal) }) });
  }

  #endQuietly(process: Process, signal: `SIG${string}`): { code: null; signal: `SIG${string}` } {
    process.alive = false;
    return { code: null, signal };
  }

  #clear({ service, run }: Extract<Effect, { type: 'clear-run' }>, choice: number): RunEvent {
    const remaining = choice % 9 === 8 ? [4711] : [];
    if (remaining.length === 0) this.#cleared.set(service, run);
    return { type: 'run-cleared', service, run, evidence: { ...NOTHING_FOUND, remaining } };
  }

  #countPostExit(service: string, run: number): void {
    const key = `${service}/${run}`;
    assert.ok(!this.#postExits.has(key), `post_exit of ${key} runs once`);
    this.#postExits.add(key);
  }

  #check(before: SupervisorState): void {
    for (const service of this.state.services.values()) {
      const from = before.services.get(service.name)?.phase.type;
      const to = service.phase.type;
      if (from !== undefined && from !== to) assert.ok(EDGES[from].includes(to), `${service.name} goes from ${from} to ${to}`);
      const { maxAttempts } = service.spec.restart;
      if (maxAttempts !== null && service.phase.type === 'backoff')
        assert.ok(service.attempts <= maxAttempts, `${service.name} keeps to its limit`);
      assert.ok(service.turn === null || isLive(service.phase), `${service.name} waits for a turn with a process`);
      assert.ok(this.#isAwaited(service), `${service.name} in ${to} waits for something that can come: ${JSON.stringify(service.phase)}`);
    }
  }

  /** Every wait has an end: a deadline, an answer that is out, a process that can end, or somebody else's state. */
  #isAwaited(service: ServiceState): boolean {
    const { phase, name } = service;
    if (phase.type === 'waiting') {
      const { blockers, addressCheck } = phase;
      const isTaken = blockers.some(({ type }) => type === 'port' || type === 'socket');
      assert.ok(!isTaken || addressCheck === 'checking' || typeof addressCheck === 'number', `${name} looks again at what was taken`);
      return blockers.length > 0 || addressCheck !== null || service.desired.type === 'down';
    }
    if (phase.type === 'starting' || phase.type === 'stopping')
      return (
        deadlinesOf(service).length > 0 ||
        this.pending.some((each) => each.service === name) ||
        this.processes.get(name)?.alive === true ||
        isBetween(service)
      );
    return true;
  }
}

/** Orders of this very step are carried out one after the other. */
function isBetween({ phase }: ServiceState): boolean {
  return phase.type === 'starting' && phase.step !== 'probing';
}

function of({ service, run }: { readonly service: string; readonly run: number }): { readonly service: string; readonly run: number } {
  return { service, run };
}
