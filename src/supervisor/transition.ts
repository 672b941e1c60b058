import type { ProjectSpec } from '../spec.ts';
import type { Effect } from './effect.ts';
import type { JournalEntry } from './journal-entry.ts';
import { nextRandom } from './random.ts';
import type { Phase, ServiceState, SupervisorState, Trial } from './state.ts';

/** That a run ended unplanned in this step. */
export interface CrashNote {
  readonly service: string;
  readonly text: string;
}

/** All but what the step itself keeps apart. */
type ProjectState = Omit<SupervisorState, 'services' | 'random' | 'awakeAtMs'>;

/** One step in the making: starts from a state, collects changes and orders, ends as a new state. The old state stays as it was. */
export class Transition {
  readonly nowMs: number;
  readonly effects: Effect[] = [];
  readonly crashes: CrashNote[] = [];
  readonly #before: SupervisorState;
  #services: Map<string, ServiceState> | null = null;
  #project: ProjectState;
  #random: number;
  #touched = new Set<string>();

  constructor(state: SupervisorState, nowMs: number) {
    const { services: _, random, awakeAtMs: __, ...project } = state;
    this.#before = state;
    this.#project = project;
    this.#random = random;
    this.nowMs = nowMs;
  }

  get services(): ReadonlyMap<string, ServiceState> {
    return this.#services ?? this.#before.services;
  }

  get project(): ProjectState {
    return this.#project;
  }

  /** The service of this name; a name that is not there is a broken invariant. */
  get(name: string): ServiceState {
    const service = this.services.get(name);
    if (!service) throw new Error(`invariant: no service named ${name}`);
    return service;
  }

  update(name: string, change: Partial<ServiceState>): ServiceState {
    const updated = { ...this.get(name), ...change };
    this.put(updated);
    return updated;
  }

  put(service: ServiceState): void {
    this.#services ??= new Map(this.#before.services);
    this.#services.set(service.name, service);
    this.#touched.add(service.name);
  }

  forget(name: string): void {
    this.noteLastRuns({ [name]: this.get(name).lastRun });
    this.#services ??= new Map(this.#before.services);
    this.#services.delete(name);
    this.#touched.add(name);
  }

  /** Names of the services that changed since this was asked last. */
  takeTouched(): ReadonlySet<string> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** Moves a service to another phase; `sinceMs` restarts only when the visible state changes. */
  enter(name: string, phase: Phase, change: Partial<ServiceState> = {}): ServiceState {
    const service = this.get(name);
    return this.update(name, { ...change, phase, sinceMs: service.phase.type === phase.type ? service.sinceMs : this.nowMs });
  }

  setGeneration(project: ProjectSpec, trial: Trial | null): void {
    this.#project = { ...this.#project, project, trial, generation: this.#project.generation + 1 };
  }

  setTrial(trial: Trial | null): void {
    this.#project = { ...this.#project, trial };
  }

  setProfiles(profiles: readonly string[]): void {
    this.#project = { ...this.#project, profiles };
  }

  noteLastRuns(lastRuns: Readonly<Record<string, number>>): void {
    this.#project = { ...this.#project, lastRuns: { ...this.#project.lastRuns, ...lastRuns } };
  }

  setGoingDown(): void {
    this.#project = { ...this.#project, goingDown: true, trial: null };
  }

  /** A number in [0, 1). */
  random(): number {
    const { value, next } = nextRandom(this.#random);
    this.#random = next;
    return value;
  }

  order(effect: Effect): void {
    this.effects.push(effect);
  }

  announce(
    service: string | null,
    type: JournalEntry['type'],
    text: string,
    more: Partial<Pick<JournalEntry, 'run' | 'cause' | 'exit'>> = {},
  ): void {
    this.order({ type: 'announce', entry: { type, service, run: null, text, ...more } });
  }

  end(): { state: SupervisorState; effects: readonly Effect[] } {
    return { state: { ...this.#project, services: this.services, random: this.#random, awakeAtMs: this.nowMs }, effects: this.effects };
  }
}
