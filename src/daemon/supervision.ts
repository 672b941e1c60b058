// The running supervisor as the control API sees it.
import { maskSecrets } from '../config/secret.ts';
import type { ControlCommand, ControlOutcome, HandOver, Supervision, UsageHistory } from '../control/protocol.ts';
import { unknownService } from '../control/unknown-service.ts';
import { selectServices } from '../service-name.ts';
import type { Signal, SocketSpec } from '../spec.ts';
import type { Event } from '../supervisor/event.ts';
import type { RecordedEntry } from '../supervisor/journal-entry.ts';
import { canBeSignalled } from '../supervisor/request.ts';
import { showService } from '../supervisor/show.ts';
import type { ProjectSnapshot, ServiceSnapshot, WhyReport } from '../supervisor/snapshot.ts';
import type { ServiceState, SupervisorState } from '../supervisor/state.ts';
import { maskEnd } from './cause-fields.ts';
import { monotonicMs } from './clock.ts';
import { GOING_DOWN } from './hand-over.ts';
import type { Journal } from './journal.ts';
import type { DaemonOptions } from './options.ts';
import type { OutputBoard } from './output-board.ts';
import type { Reloader } from './reloader.ts';
import type { RunRegistry } from './run-registry.ts';
import { defaultServices, startOrderOf } from './selection.ts';
import type { Sleeps } from './sleeps.ts';
import type { SocketBoard } from './socket-board.ts';
import type { UsageBoard } from './usage-board.ts';
import { explainService, WHY_ENTRIES } from './why.ts';
import { serviceFolder, type Workplace } from './workplace.ts';

export interface SupervisionOptions {
  readonly place: Workplace;
  readonly version: string;
  readonly startedAt: number;
  readonly mode: DaemonOptions['mode'];
  readonly journal: Journal;
  readonly reloader: Reloader;
  readonly usage: UsageBoard;
  readonly runs: RunRegistry;
  readonly sockets: SocketBoard;
  readonly sleeps: Sleeps;
  /** In words why not, or how to go on. */
  handOver(): HandOver | string;
  readonly outputs: OutputBoard;
  /** In words what else does not work as it should. */
  problems(): readonly string[];
  state(): SupervisorState;
  post(event: Event): void;
}

export class RunningSupervision implements Supervision {
  readonly #o: SupervisionOptions;
  readonly #crashes = new Map<string, { service: string; cause: string; count: number }>();

  constructor(options: SupervisionOptions) {
    this.#o = options;
    options.journal.subscribe(options.journal.seq, (entry) => this.#countCrash(entry));
  }

  snapshot({ usage }: { readonly usage: boolean }): ProjectSnapshot {
    const { place, version, startedAt, mode, journal, reloader, runs } = this.#o;
    if (usage) this.#o.usage.refreshAll(runs.all());
    const state = this.#o.state();
    const around = {
      nowMs: monotonicMs(),
      wallOf: this.#o.sleeps.wallClock(),
      usageOf: (pid: number) => this.#o.usage.usageOf(pid),
      isHeld: (service: string, socket: SocketSpec) => this.#o.sockets.isHeld(service, socket),
      isInCgroup: (service: string) => runs.get(service)?.cgroup != null,
      logFileOf: (service: string) => `${serviceFolder(place, service)}/log`,
      droppedBytesOf: (service: string) => this.#o.outputs.droppedBytesOf(service),
    };
    return {
      schema: 1,
      name: state.project.name,
      dir: place.dir,
      stateDir: place.stateDir,
      pid: process.pid,
      version,
      startedAt,
      generation: state.generation,
      mode,
      phase: state.goingDown ? 'going-down' : 'running',
      file: reloader.fileState,
      seq: journal.seq,
      degraded: [...this.#o.problems().map((text) => ({ service: null, text })), ...this.#o.outputs.outages(Date.now())],
      services: startOrderOf(state).map((service) => hideSecrets(showService(service, around), reloader.loaded.secrets)),
    };
  }

  usage(): UsageHistory {
    return this.#o.usage.history.show();
  }

  why(service: string): WhyReport | null {
    const snapshot = this.snapshot({ usage: false }).services.find(({ name }) => name === service);
    if (!snapshot) return null;
    return explainService(snapshot, this.#o.journal.latestOf(service, WHY_ENTRIES), this.#o.reloader.loaded);
  }

  async submit(command: ControlCommand, actor: string): Promise<ControlOutcome> {
    if (command.type === 'reload') return this.#o.reloader.reload();
    if (command.type === 'plan') return this.#o.reloader.plan();
    if (command.type === 'scale') return this.#scale(command.counts);
    if (command.type === 'hand-over') return this.#handOver();
    const order = 'services' in command ? { ...command, services: this.#select(command.services) } : command;
    const unknown = 'services' in order ? this.#findUnknown(order.services) : null;
    if (unknown) return unknown;
    if (this.#o.state().goingDown && command.type !== 'down') return { ok: false, code: 'refused', message: GOING_DOWN };
    const deaf = command.type === 'signal' ? this.#findDeaf(command.services) : null;
    if (deaf) return deaf;
    for (const event of this.#eventsOf(order, actor)) this.#o.post(event);
    return { ok: true, message: 'done', seq: this.#o.journal.seq };
  }

  #handOver(): ControlOutcome {
    const answer = this.#o.handOver();
    if (typeof answer === 'string') return { ok: false, code: 'refused', message: answer };
    return { ok: true, message: 'done', seq: this.#o.journal.seq, details: answer };
  }

  subscribe(afterSeq: number, listener: (entry: RecordedEntry) => void): () => void {
    return this.#o.journal.subscribe(afterSeq, listener);
  }

  crashCounts(): readonly { readonly service: string; readonly cause: string; readonly count: number }[] {
    return [...this.#crashes.values()];
  }

  #countCrash({ type, service, cause }: RecordedEntry): void {
    if (type !== 'crashed' || service === null || !cause) return;
    const key = `${service}\0${cause.type}`;
    const count = (this.#crashes.get(key)?.count ?? 0) + 1;
    this.#crashes.set(key, { service, cause: cause.type, count });
  }

  #scale(counts: Readonly<Record<string, number>>): Promise<ControlOutcome> | ControlOutcome {
    if (this.#o.state().goingDown) return { ok: false, code: 'refused', message: GOING_DOWN };
    return this.#o.reloader.scale(counts);
  }

  /** A name of the file stands for all of its instances. */
  #select(names: readonly string[]): string[] {
    return selectServices(names, [...this.#o.state().services.keys()]);
  }

  #findUnknown(services: readonly string[]): ControlOutcome | null {
    const known = [...this.#o.state().services.keys()];
    const unknown = services.find((name) => !known.includes(name));
    if (unknown === undefined) return null;
    const { error: code, message, details } = unknownService(unknown, known);
    return { ok: false, code, message, details };
  }

  /** Whoever signals counts on its being heard; of several instances one is enough. */
  #findDeaf(names: readonly string[]): ControlOutcome | null {
    const { services } = this.#o.state();
    const serviceOf = (name: string) => services.get(name) as ServiceState;
    const deaf = names.find((name) => !this.#select([name]).some((each) => canBeSignalled(serviceOf(each))));
    if (deaf === undefined) return null;
    return { ok: false, code: 'refused', message: `${deaf} has no process that could get it; nobody was signalled` };
  }

  #eventsOf(command: Exclude<ControlCommand, { type: 'reload' | 'plan' | 'scale' | 'hand-over' }>, actor: string): Event[] {
    switch (command.type) {
      case 'start':
        return [this.#startEvent(command)];
      case 'stop':
        return [{ type: 'stop-requested', services: command.services, actor }];
      case 'restart':
        return [{ type: 'restart-requested', services: command.services, actor }];
      case 'enable':
        return [{ type: 'enable-requested', services: command.services, actor }];
      case 'disable':
        return [{ type: 'disable-requested', services: command.services, actor }];
      case 'signal':
        return [{ type: 'signal-requested', services: command.services, signal: command.signal as Signal, actor }];
      case 'down':
        return [
          { type: 'down-requested', gracePeriodMs: command.gracePeriodMs },
          ...(command.force ? [{ type: 'kill-requested' } as const] : []),
        ];
    }
  }

  #startEvent({ services, profiles, withDependencies }: Extract<ControlCommand, { type: 'start' }>): Event {
    const chosen = services.length > 0 ? services : defaultServices(this.#o.state().project, profiles);
    return { type: 'start-requested', services: chosen, withDependencies, again: services.length > 0 };
  }
}

function hideSecrets(service: ServiceSnapshot, secrets: readonly string[]): ServiceSnapshot {
  if (secrets.length === 0) return service;
  const mask = (text: string): string => maskSecrets(text, secrets);
  return { ...service, why: mask(service.why), lastEnd: service.lastEnd && maskEnd(service.lastEnd, mask) };
}
