import { randomInt } from 'node:crypto';
import { maskSecrets } from '../config/secret.ts';
import { serveControl } from '../control/api.ts';
import { HANDS_OVER } from '../control/hand-over.ts';
import type { HandOver } from '../control/protocol.ts';
import { linkSocket } from '../control/socket-link.ts';
import { signalGroup } from '../process/stop.ts';
import type { Effect } from '../supervisor/effect.ts';
import type { Event } from '../supervisor/event.ts';
import type { JournalEntry, RecordedEntry } from '../supervisor/journal-entry.ts';
import { createState, type SupervisorState } from '../supervisor/state.ts';
import { adopt } from './adoption.ts';
import type { Boot } from './boot.ts';
import { maskEntry } from './cause-fields.ts';
import { monotonicMs } from './clock.ts';
import { ConfigWatcher } from './config-watcher.ts';
import { Containment } from './containment.ts';
import { endOf } from './end.ts';
import { Equipment } from './equipment.ts';
import { Guardian } from './guardian.ts';
import { describeHandOver, findHandOverObstacle } from './hand-over.ts';
import { Journal } from './journal.ts';
import { scopeOf } from './live-run.ts';
import { Mailbox } from './mailbox.ts';
import { Notifier } from './notifier.ts';
import type { DaemonOptions, DaemonResult } from './options.ts';
import { OutputBoard } from './output-board.ts';
import { handleOwnSignals } from './own-signals.ts';
import { describeBug, describeStart } from './own-words.ts';
import { PathWatcher } from './path-watcher.ts';
import { Performer } from './performer.ts';
import { writePointer } from './pointer.ts';
import type { ProjectFile } from './project-file.ts';
import { Reloader } from './reloader.ts';
import { RunRegistry } from './run-registry.ts';
import { RuntimeKeeper } from './runtime-keeper.ts';
import { Sleeps } from './sleeps.ts';
import { recallStandings, recallWishes } from './standings.ts';
import { StateKeeper } from './state-keeper.ts';
import { RunningSupervision } from './supervision.ts';
import { UsageBoard } from './usage-board.ts';
import { serviceFolder } from './workplace.ts';

const EXIT_BROKEN = 70;

export class Daemon {
  readonly #options: DaemonOptions;
  readonly #boot: Boot;
  readonly #journal: Journal;
  readonly #runs: RunRegistry;
  readonly #outputs: OutputBoard;
  readonly #equipment: Equipment;
  readonly #containment: Containment;
  readonly #usage = new UsageBoard();
  readonly #sleeps = new Sleeps();
  readonly #guardian: Guardian;
  readonly #notifier: Notifier;
  readonly #runtime: RuntimeKeeper;
  readonly #paths: PathWatcher;
  readonly #mailbox: Mailbox;
  readonly #performer: Performer;
  readonly #reloader: Reloader;
  readonly #watcher: ConfigWatcher;
  readonly #stateKeeper: StateKeeper;
  readonly #mask = (text: string): string => maskSecrets(text, this.#reloader.loaded.secrets);
  #signal: NodeJS.Signals | null = null;
  #handsOver = false;
  #finish: (exitCode: number) => void = () => {};

  constructor(options: DaemonOptions, file: ProjectFile, booted: Boot) {
    const { place, load } = booted;
    this.#options = options;
    this.#boot = booted;
    const post = (event: Event): void => this.#mailbox.post(event);
    const announce = (entry: JournalEntry): void => void this.#announce(entry);
    const onBroken = (error: unknown): void => this.#dieWithChildren(error);
    const { onLine } = options.observer;
    this.#journal = new Journal(serviceFolder(place, 'supervisor'));
    this.#guardian = new Guardian(options.bin, options.files);
    this.#notifier = new Notifier(this.#journal, () => this.#mailbox.state.project, announce);
    this.#runs = new RunRegistry(place);
    this.#containment = new Containment(place.stateDir, load.project.contain, this.#runs.nonce);
    this.#runtime = new RuntimeKeeper(place, (type, text) => announce({ type, service: null, run: null, text }));
    this.#outputs = new OutputBoard({
      place,
      policy: load.project.logs,
      post,
      announce,
      restoreRuntime: () => this.#runtime.restore(),
      onLine: onLine ? (service, stream, text) => onLine({ service, stream, text }) : null,
    });
    this.#paths = new PathWatcher((service, path) => post({ type: 'path-changed', service, path }));
    this.#equipment = new Equipment({ place, schedules: booted.outlived.schedules, stopsAll: options.takesOver === 'to-stop', post });
    this.#performer = new Performer({
      place,
      runs: this.#runs,
      outputs: this.#outputs,
      equipment: this.#equipment,
      containment: this.#containment,
      usage: this.#usage,
      paths: this.#paths,
      post,
      announce,
      onBroken,
    });
    const continued = options.takesOver === 'to-go-on' ? booted.outlived.handedOver : null;
    const state = createState(load.project, {
      profiles: options.profiles,
      startsAdded: continued === null ? options.services.length === 0 : continued.startsAdded,
      seed: randomInt(2 ** 31),
      nowMs: monotonicMs(),
      lastRuns: this.#outputs.lastRuns(Object.keys(load.project.services)),
    });
    this.#mailbox = new Mailbox({
      state,
      perform: (effect: Effect) => this.#performer.perform(effect),
      onIdle: (after) => this.#afterEvents(after),
      onBroken,
    });
    this.#stateKeeper = new StateKeeper({
      stateDir: place.stateDir,
      runs: this.#runs,
      kept: () => ({ autoPorts: file.autoPorts, scale: file.scale, schedules: this.#equipment.schedules }),
      state: () => this.#mailbox.state,
      mask: this.#mask,
      onProblem: (text) => announce({ type: 'log-dropped', service: null, run: null, text }),
    });
    this.#reloader = new Reloader({
      file,
      load,
      state: () => this.#mailbox.state,
      prepare: (project) => this.#outputs.prepare(Object.keys(project.services)),
      apply: (project, profiles, { onTrial }) => {
        this.#outputs.setPolicy(project.logs);
        this.#containment.setMode(project.contain);
        this.#stateKeeper.keepPorts();
        post({ type: 'config-loaded', project, profiles, lastRuns: this.#outputs.lastRuns(Object.keys(project.services)), onTrial });
      },
      announce,
      seq: () => this.#journal.seq,
      onRead: (sources, hash) => this.#watchFile(sources, hash),
    });
    this.#watcher = new ConfigWatcher({ onStir: () => file.prepare(), onChange: () => void this.#reloader.reload() });
  }

  /** Resolves when everything is down. */
  async run(): Promise<DaemonResult> {
    const { observer, mode, services, withDependencies, takesOver } = this.#options;
    const { place, load, wanted } = this.#boot;
    const obstacle = this.#outputs.prepare(Object.keys(load.project.services));
    if (obstacle !== null) return { type: 'problem', message: obstacle, exitCode: 1 };
    this.#containment.expectBirth();
    const ended = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    const supervision = this.#createSupervision();
    if (mode !== 'embedded') process.on('uncaughtException', (error) => this.#dieWithChildren(error));
    const ignoreSignals = this.#handleSignals();
    if (observer.onEntry) this.#journal.subscribe(this.#journal.seq, observer.onEntry);
    observer.onStart?.({ snapshot: () => supervision.snapshot({ usage: false }) });
    this.#announce({ type: 'supervisor-started', service: null, run: null, text: describeStart(mode) });
    this.#takeUp();
    this.#stateKeeper.noteTakenUp();
    const { handedOver, standings } = this.#boot.outlived;
    if (takesOver === 'to-go-on' && handedOver !== null && standings !== null)
      this.#mailbox.post(...recallWishes(handedOver, standings, load.project));
    // Named, a job with a schedule runs at once, and one that has completed once more.
    else this.#mailbox.post({ type: 'start-requested', services: wanted, withDependencies, again: services.length > 0 });
    this.#watchFile(load.loaded.sources, load.sourcesHash);
    await this.#performer.spawned();
    this.#usage.keepHistory(() => this.#runs.all());
    const control = await serveControl({ supervision, socketPath: place.runtime.socket, tcp: this.#options.listen });
    if (control.problem !== null) this.#announce({ type: 'listen-failed', service: null, run: null, text: control.problem });
    observer.onListening?.(place.runtime.socket, control.problem);
    this.#containment.removeLeftovers();
    this.#runtime.watch(async () => {
      await control.listenAgain(place.runtime.socket);
      linkSocket(place.stateDir, place.runtime.socket);
      writePointer(this.#options.files, place);
    });

    const exitCode = await ended;
    await this.#performer.spawned();
    await this.#notifier.close();
    this.#announce({ type: 'supervisor-stopped', service: null, run: null, text: `exit ${exitCode}` });
    this.#guardian.release();
    for (const each of [this.#watcher, this.#paths, this.#runtime, this.#usage, this.#mailbox]) each.close();
    this.#stateKeeper.close({ handsOver: this.#handsOver });
    this.#outputs.close();
    await this.#equipment.close();
    await this.#containment.close();
    await control.close();
    this.#journal.close();
    ignoreSignals();
    return { type: 'ended', exitCode, signal: this.#signal };
  }

  #createSupervision(): RunningSupervision {
    return new RunningSupervision({
      place: this.#boot.place,
      version: __VERSION__,
      startedAt: Date.now(),
      mode: this.#options.mode,
      journal: this.#journal,
      reloader: this.#reloader,
      usage: this.#usage,
      runs: this.#runs,
      sockets: this.#equipment.sockets,
      sleeps: this.#sleeps,
      outputs: this.#outputs,
      problems: () =>
        [this.#stateKeeper, this.#journal, this.#runtime, this.#guardian, this.#containment].flatMap(({ problem }) => problem ?? []),
      handOver: () => this.#handOver(),
      state: () => this.#mailbox.state,
      post: (event) => this.#mailbox.post(event),
    });
  }

  #handleSignals(): () => void {
    return handleOwnSignals(this.#options.mode, {
      onDown: (signal) => {
        this.#signal = signal;
        this.#announce({ type: 'supervisor-stopping', service: null, run: null, text: `${signal}; once more to kill at once` });
        this.#mailbox.post({ type: 'down-requested', gracePeriodMs: null });
      },
      onKill: () => this.#mailbox.post({ type: 'kill-requested' }),
      onReload: () => void this.#reloader.reload(),
    });
  }

  #takeUp(): void {
    const { runs, standings, problem } = this.#boot.outlived;
    if (problem !== null) this.#announce({ type: 'lost', service: null, run: null, text: problem });
    if (standings !== null) this.#mailbox.post(...recallStandings(standings, this.#boot.load.project));
    adopt(runs, this.#boot.load.project, {
      stopsAll: this.#options.takesOver === 'to-stop',
      runs: this.#runs,
      outputs: this.#outputs,
      equipment: this.#equipment,
      post: (...events) => this.#mailbox.post(...events),
    });
  }

  /** As the running generation wants it. */
  #watchFile(sources: readonly string[], hash: string): void {
    if (this.#options.watch && this.#reloader.loaded.project.reload.watch) this.#watcher.watch(sources, hash);
    else this.#watcher.rest();
  }

  /** Values that references took from secrets may stand in patterns, addresses and commands, and so in what is said of them. */
  #announce(said: JournalEntry): RecordedEntry {
    const entry = maskEntry(said, this.#mask);
    if (entry.type === 'reload-settled') this.#reloader.keepAsLastGood();
    this.#stateKeeper.keepBeforeTelling(entry);
    const text = entry.type === 'rolled-back' ? this.#reloader.noteRollback(entry) : entry.text;
    return this.#journal.record({ ...entry, text }, Date.now());
  }

  #afterEvents(state: SupervisorState): void {
    this.#sleeps.look();
    this.#stateKeeper.noteChange();
    this.#equipment.keepWanted(state);
    this.#guardian.keep({ wanted: state.project.onSupervisorDeath === 'stop' });
    const exitCode = endOf(state);
    if (exitCode === null) return;
    const { released } = this.#options.observer;
    if (state.goingDown || released === undefined) this.#finish(exitCode);
    else void released.then(() => this.#finishIfOver());
  }

  /** Ends omniroute alone; once this has been answered. */
  #handOver(): HandOver | string {
    const obstacle = findHandOverObstacle(this.#mailbox.state, this.#options.mode) ?? this.#stateKeeper.writeForHandOver();
    if (obstacle !== null) return obstacle;
    this.#handsOver = true;
    this.#announce({ type: 'supervisor-stopping', service: null, run: null, text: HANDS_OVER });
    setImmediate(() => this.#finish(0));
    return describeHandOver(this.#mailbox.state, this.#options);
  }

  /** A job may have been started again meanwhile. */
  #finishIfOver(): void {
    const exitCode = endOf(this.#mailbox.state);
    if (exitCode !== null) this.#finish(exitCode);
  }

  /** A broken invariant: nothing the core says can be trusted any more, so every child is ended before the daemon dies. */
  #dieWithChildren(error: unknown): void {
    const text = describeBug(error);
    this.#journal.record({ type: 'supervisor-stopping', service: null, run: null, text }, Date.now());
    for (const live of this.#runs.all()) signalGroup(scopeOf(live), 'SIGKILL');
    // Whoever embeds it learns of it by its end, and lives on.
    if (this.#options.mode === 'embedded') {
      this.#mailbox.close();
      return this.#finish(EXIT_BROKEN);
    }
    process.stderr.write(`omniroute: all services are stopped for an ${text}\n`);
    process.exit(EXIT_BROKEN);
  }
}
