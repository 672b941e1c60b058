// Effect → world. Each order is carried out by one method; what comes of it goes back to the mailbox as an event.
import { closeSync } from 'node:fs';
import { firstMatches, type LogMatch } from '../logs/first-matches.ts';
import { lastLines } from '../logs/last-lines.ts';
import { countOomKills } from '../process/cgroup-memory.ts';
import { runCommand } from '../process/command.ts';
import { findTakenPorts } from '../process/ports.ts';
import { runProbe } from '../process/probe.ts';
import { spawnRun } from '../process/spawn.ts';
import { signalGroup } from '../process/stop.ts';
import type { Effect } from '../supervisor/effect.ts';
import type { Event, RunEvidence } from '../supervisor/event.ts';
import type { JournalEntry } from '../supervisor/journal-entry.ts';
import { monotonicMs } from './clock.ts';
import type { Containment } from './containment.ts';
import { saveCrashReport } from './crash-record.ts';
import type { Equipment } from './equipment.ts';
import { fingerprint } from './fingerprint.ts';
import { KernelOomCounter } from './kernel-oom.ts';
import { type LiveRun, scopeOf } from './live-run.ts';
import type { OutputBoard } from './output-board.ts';
import type { PathWatcher } from './path-watcher.ts';
import type { RunRegistry } from './run-registry.ts';
import { SpawnQueue } from './spawn-queue.ts';
import { Sweeper } from './sweeper.ts';
import { tellingLine } from './telling-line.ts';
import type { UsageBoard } from './usage-board.ts';
import { serviceFolder, type Workplace } from './workplace.ts';

/** How far from a run's end the line is looked for that tells why it ended. */
const LINES_TO_QUOTE_FROM = 40;

export interface PerformerOptions {
  readonly place: Workplace;
  readonly runs: RunRegistry;
  readonly outputs: OutputBoard;
  readonly equipment: Equipment;
  readonly containment: Containment;
  readonly usage: UsageBoard;
  readonly paths: PathWatcher;
  post(event: Event): void;
  announce(entry: JournalEntry): void;
  /** An order could not be carried out for a reason nobody foresaw. */
  onBroken(error: unknown): void;
}

type Of<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

export class Performer {
  readonly #o: PerformerOptions;
  readonly #spawns = new SpawnQueue();
  readonly #sweeper = new Sweeper();
  readonly #oom = new KernelOomCounter();
  /** Hooks that run now; one at a time per service. */
  readonly #hooks = new Map<string, AbortController>();
  readonly #actions: { readonly [Type in Effect['type']]: (effect: Of<Type>) => void | Promise<void> };

  constructor(options: PerformerOptions) {
    this.#o = options;
    this.#actions = {
      'check-addresses': (effect) => this.#checkAddresses(effect),
      'run-hook': (effect) => this.#runHook(effect),
      'abort-hook': (effect) => this.#hooks.get(effect.service)?.abort(),
      spawn: (effect) => this.#spawns.spawn(() => this.#spawn(effect)),
      probe: (effect) => this.#probe(effect),
      'signal-group': (effect) => this.#signal(effect),
      'clear-run': (effect) => this.#clear(effect),
      'sample-usage': (effect) => this.#sample(effect),
      'write-crash-report': (effect) => saveCrashReport(options.place, effect),
      'watch-paths': (effect) => options.paths.set(effect.service, effect.watch, options.place.dir),
      'update-run': (effect) => this.#updateRun(effect),
      announce: (effect) => options.announce(effect.entry),
      'plan-run': (effect) => options.equipment.timetable.plan(effect.service, effect.schedule),
      'await-demand': (effect) => this.#awaitDemand(effect),
    };
  }

  /** Carries out an order; returns at once. */
  perform(effect: Effect): void {
    const action = this.#actions[effect.type] as (effect: Effect) => void | Promise<void>;
    try {
      const done = action(effect);
      if (done) done.catch((error: unknown) => this.#o.onBroken(error));
    } catch (error) {
      this.#o.onBroken(error);
    }
  }

  /** Resolves once all that was ordered to be spawned has been, files and all. */
  spawned(): Promise<void> {
    return this.#spawns.note(() => {});
  }

  async #checkAddresses({ service, run, ports, spec }: Of<'check-addresses'>): Promise<void> {
    const [taken, sockets] = await Promise.all([findTakenPorts(ports), this.#o.equipment.sockets.claim(spec)]);
    const all = [...taken.map((port) => ({ type: 'port' as const, ...port })), ...sockets];
    this.#o.post({ type: 'addresses-checked', service, run, taken: all });
  }

  async #runHook({ service, run, kind, hook, spec }: Of<'run-hook'>): Promise<void> {
    const output = this.#o.outputs.of(service);
    if (kind === 'pre_start') output.beginRun(run, spec);
    const fd = output.openHookWriter();
    const env = this.#o.runs.environmentOf(spec, run);
    const abort = new AbortController();
    this.#hooks.set(service, abort);
    const running = runCommand({ command: hook.command, cwd: spec.cwd, env, timeoutMs: hook.timeoutMs, output: fd, abort: abort.signal });
    closeSync(fd);
    const failure = await running;
    if (this.#hooks.get(service) === abort) this.#hooks.delete(service);
    this.#o.post({ type: 'hook-finished', service, run, kind, failure });
  }

  async #spawn({ service, run, spec, declared }: Of<'spawn'>): Promise<void> {
    const output = this.#o.outputs.of(service);
    output.beginRun(run, spec);
    const marker = this.#o.runs.markerOf(service, run);
    // Where there is nothing to wait for, the fork is in this very turn.
    const held = spec.sockets.length === 0 ? [] : await this.#o.equipment.sockets.hold(spec);
    if ('code' in held) return this.#o.post({ type: 'spawn-failed', service, run, code: held.code, message: held.message });
    const sockets = held.length === 0 ? {} : { sockets: { fds: held, names: spec.sockets.map(({ name }) => name) } };
    const notify = spec.readiness?.notify ? await this.#o.equipment.notify.open(spec, run) : null;
    if (typeof notify === 'string') return this.#o.post({ type: 'spawn-failed', service, run, code: 'ENOTSUP', message: notify });
    const { containment } = this.#o;
    while (containment.rousing !== null) await containment.rousing;
    let fds: { readonly out: number; readonly err: number };
    try {
      fds = output.openWriters();
    } catch (error) {
      const { code = 'EIO', message } = error as NodeJS.ErrnoException;
      if (notify?.fd != null) closeSync(notify.fd);
      return this.#o.post({ type: 'spawn-failed', service, run, code, message: `its output could not be opened: ${message}` });
    }
    const env = { ...this.#o.runs.environmentOf(spec, run), ...notify?.env };
    const notifyFd = notify?.fd ?? null;
    const birthplace = containment.prepare(spec, run);
    const { inside } = birthplace;
    const spawning = spawnRun({
      command: spec.command,
      cwd: spec.cwd,
      env,
      stdout: fds.out,
      stderr: fds.err,
      notifyFd,
      inside,
      ...sockets,
    });
    const cgroup = birthplace.cgroup && containment.limit(birthplace.cgroup, spec);
    for (const fd of [fds.out, fds.err, notifyFd]) if (fd !== null) closeSync(fd);
    const spawned = await spawning;
    if (!spawned.ok) {
      if (cgroup !== null) containment.discard(cgroup);
      return this.#o.post({ type: 'spawn-failed', service, run, code: spawned.code, message: spawned.message });
    }
    const { identity } = spawned;
    output.watchSilence(spawned.lookAtEnd);
    const startedAtMs = monotonicMs();
    const live = {
      service,
      run,
      identity,
      marker,
      cgroup,
      oomKills: 0,
      startedAtMs,
      fingerprint: fingerprint(declared, marker),
      seen: [],
      leaderExitTicks: null as number | null,
    };
    this.#o.runs.add(live);
    const tell = (): void => {
      this.#o.post({ type: 'spawned', service, run, pid: identity.pid });
      spawned.onExit((exit, exitTicks) => {
        live.leaderExitTicks = exitTicks;
        this.#o.post({ type: 'process-exited', service, run, exit });
      });
    };
    this.#spawns.tell(tell).catch(this.#o.onBroken);
    this.#spawns.note(() => this.#makeFiles(live)).catch(this.#o.onBroken);
  }

  /** Without them a service runs all the same: a full disk costs scripts their pid file. */
  #makeFiles(live: LiveRun): void {
    this.#o.outputs.of(live.service).openLog();
    try {
      this.#o.runs.writePidFile(live);
    } catch (error) {
      const { syscall, message } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      this.#o.announce({
        type: 'log-dropped',
        service: live.service,
        run: live.run,
        text: `its pid file could not be written: ${message}`,
      });
    }
  }

  async #probe({ service, run, kind, probes, timeoutMs, spec }: Of<'probe'>): Promise<void> {
    const env = this.#o.runs.environmentOf(spec, run);
    const failures = await Promise.all(probes.map((probe) => runProbe(probe, { timeoutMs, cwd: spec.cwd, env })));
    this.#o.post({ type: 'probe-finished', service, run, kind, failure: failures.find((failure) => failure !== null) ?? null });
  }

  /** Its sockets are held by now; what keeps them from that, other than somebody else, is told by the spawn, which tries again. */
  #awaitDemand({ service, spec }: Of<'await-demand'>): void {
    const { sockets, demand } = this.#o.equipment;
    if (spec.sockets.every((socket) => sockets.isHeld(service, socket))) demand.watch(spec);
    else this.#o.post({ type: 'demand-arrived', service });
  }

  async #updateRun({ service, run, spec }: Of<'update-run'>): Promise<void> {
    this.#o.outputs.of(service).setPatterns(spec);
    const { containment } = this.#o;
    while (containment.rousing !== null) await containment.rousing;
    const live = this.#o.runs.get(service);
    if (live?.run === run && live.cgroup !== null) live.cgroup = containment.limit(live.cgroup, spec);
  }

  #signal({ service, run, signal }: Of<'signal-group'>): void {
    const live = this.#o.runs.get(service);
    if (live?.run !== run) throw new Error(`${signal} for run ${run} of ${service}, of which nothing is on record`);
    signalGroup(scopeOf(live), signal);
  }

  async #clear({ service, run, conditions, lastWords, exit, grace }: Of<'clear-run'>): Promise<void> {
    const known = this.#o.runs.get(service);
    const live = known?.run === run ? known : undefined;
    const output = this.#o.outputs.of(service);
    const onLeftBehind = (pids: readonly number[]): void =>
      this.#o.announce({ type: 'stopping', service, run, text: `waiting for what it left behind: pid ${pids.join(', ')}` });
    // What comes in its place is born in a group.
    if (lastWords && live?.cgroup) this.#o.containment.expectBirth();
    const remaining = live ? await this.#sweeper.sweep({ scope: scopeOf(live), grace, onLeftBehind }) : [];
    await output.drain();
    const kernelOomKill = lastWords && this.#wasOomKilled(live, exit);
    const isGone = remaining.length === 0;
    if (live && isGone) {
      this.#o.runs.release(service);
      this.#o.usage.forget(live.identity.pid);
    }
    const said = lastWords ? this.#findInOutput(service, run, conditions) : { lastLine: null, matches: [] };
    this.#o.post({ type: 'run-cleared', service, run, evidence: { ...said, kernelOomKill, remaining } });
    // After what is started in its place: that does not wait for the kernel to take a folder away.
    const cgroup = isGone ? live?.cgroup : null;
    if (cgroup) this.#spawns.note(() => this.#o.containment.discard(cgroup)).catch(this.#o.onBroken);
  }

  /** A group whose memory is controlled tells exactly; without one, somebody was killed at that time. */
  #wasOomKilled(live: LiveRun | undefined, exit: Of<'clear-run'>['exit']): boolean {
    const hasGrown = this.#oom.hasGrown();
    const kills = live?.cgroup ? countOomKills(live.cgroup) : null;
    // Those of long ago, which the run survived, did not end it now.
    if (live !== undefined && kills !== null) return kills > live.oomKills;
    return exit?.signal === 'SIGKILL' && hasGrown;
  }

  #findInOutput(service: string, run: number, conditions: Of<'clear-run'>['conditions']): Pick<RunEvidence, 'lastLine' | 'matches'> {
    const count = Math.max(LINES_TO_QUOTE_FROM, ...conditions.map(({ lastLines: n }) => n));
    const lines = this.#lastLines(service, run, count);
    const onOverBudget = (pattern: string): void =>
      this.#o.announce({
        type: 'pattern-dropped',
        service,
        run,
        text: `a crash rule's pattern took too long to match and counts as not found: ${pattern}`,
      });
    const matches = conditions.map(
      ({ patterns, atLeast, lastLines: n }): LogMatch => firstMatches(patterns, lines.slice(-n), atLeast, onOverBudget),
    );
    return { lastLine: tellingLine(lines.slice(-LINES_TO_QUOTE_FROM)), matches };
  }

  /** None where the log cannot be read, as when somebody put a file in place of its folder: the run ends all the same. */
  #lastLines(service: string, run: number, count: number): readonly string[] {
    try {
      return lastLines(serviceFolder(this.#o.place, service), run, count);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return [];
    }
  }

  #sample({ service, run, confirmAboveBytes }: Of<'sample-usage'>): void {
    const live = this.#o.runs.get(service);
    if (live?.run !== run) return;
    if (live.cgroup) live.oomKills = countOomKills(live.cgroup) ?? 0;
    this.#o.usage.sample(live, confirmAboveBytes, (rssBytes) => this.#o.post({ type: 'usage-sampled', service, run, rssBytes }));
  }
}
