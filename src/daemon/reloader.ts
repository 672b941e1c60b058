// From a saved file to a new generation, or to a refusal that changes nothing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../config/diagnostic.ts';
import type { LoadedProject } from '../config/load.ts';
import { problemsOfServices } from '../config/prerequisites.ts';
import type { ControlOutcome } from '../control/protocol.ts';
import { unknownService } from '../control/unknown-service.ts';
import type { ProjectSpec } from '../spec.ts';
import type { JournalEntry } from '../supervisor/journal-entry.ts';
import { isEmptyPlan, planReload, type ReloadPlan, startsWhenAdded } from '../supervisor/reload-plan.ts';
import type { FileState } from '../supervisor/snapshot.ts';
import type { SupervisorState } from '../supervisor/state.ts';
import { refuseContainment } from './containment.ts';
import { showPlace } from './place-text.ts';
import type { ProjectFile, ProjectLoad } from './project-file.ts';

export interface ReloaderOptions {
  readonly file: ProjectFile;
  readonly load: Extract<ProjectLoad, { ok: true }>;
  state(): SupervisorState;
  /** Pipes and folders of services that are new. In words why not, or null. */
  prepare(project: ProjectSpec): string | null;
  apply(project: ProjectSpec, profiles: readonly string[], options: { readonly onTrial: boolean }): void;
  announce(entry: JournalEntry): void;
  seq(): number;
  /** These files were read, and what they say is applied or refused by now. `hash`: of their text. */
  onRead(sources: readonly string[], hash: string): void;
}

export class Reloader {
  readonly #o: ReloaderOptions;
  #loaded: LoadedProject;
  #fileState: FileState;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ReloaderOptions) {
    this.#o = options;
    const { loaded } = options.load;
    this.#loaded = loaded;
    this.#fileState = {
      status: 'current',
      paths: loaded.sources,
      reason: null,
      diagnostics: loaded.warnings,
      loadedAt: Date.now(),
    };
    this.keepAsLastGood();
  }

  get fileState(): FileState {
    return this.#fileState;
  }

  /** Of the generation whose text was applied last: where each of its keys stands. */
  get loaded(): LoadedProject {
    return this.#loaded;
  }

  /** Reads the file and applies it; one at a time, in the order asked. */
  reload(profiles: readonly string[] = []): Promise<ControlOutcome> {
    return this.#inTurn(async () => {
      this.#o.file.setScale({});
      const load = await this.#o.file.load();
      const outcome = this.#apply(load, profiles);
      this.#o.onRead(this.#fileState.paths, load.sourcesHash);
      return outcome;
    });
  }

  /** Runs another number of instances, until the file is loaded again; the file itself is not looked at. */
  scale(counts: Readonly<Record<string, number>>): Promise<ControlOutcome> {
    return this.#inTurn(async () => {
      const { services } = this.#loaded.project;
      const wrong = Object.keys(counts).find((name) => !Object.hasOwn(services, name) || services[name]?.instances === null);
      if (wrong !== undefined) return this.#refuseScale(wrong);
      this.#o.file.setScale({ ...this.#o.file.scale, ...counts });
      const project = this.#o.file.present(this.#loaded);
      const plan = planReload(this.#o.state(), project);
      const obstacle = this.#o.prepare(project);
      if (obstacle !== null) return { ok: false, code: 'refused', message: obstacle };
      if (!isEmptyPlan(plan)) this.#o.apply(project, this.#o.state().profiles, { onTrial: false });
      return { ok: true, message: isEmptyPlan(plan) ? 'nothing changed' : 'done', seq: this.#o.seq(), details: plan };
    });
  }

  #refuseScale(name: string): ControlOutcome {
    const known = Object.values(this.#loaded.project.services);
    const scalable = known.filter(({ instances }) => instances !== null).map((each) => each.name);
    if (known.some((each) => each.name === name))
      return { ok: false, code: 'refused', message: `${name} is there once: give it \`instances: {count: 1}\` in the file to be scaled` };
    const { error: code, message, details } = unknownService(name, scalable);
    return { ok: false, code, message, details };
  }

  /** What a reload would do. */
  plan(): Promise<ControlOutcome> {
    return this.#inTurn(async () => {
      const result = await this.#o.file.load();
      if (!result.ok) return this.#invalid(result.diagnostics);
      const plan = planReload(this.#o.state(), result.project);
      return { ok: true, message: isEmptyPlan(plan) ? 'nothing would change' : 'there are changes', seq: this.#o.seq(), details: plan };
    });
  }

  /** The core has put the generation before back: what the file says now is not applied again until it changes. The answer is why, with the place. */
  noteRollback({ service, cause, text }: JournalEntry): string {
    const place = service !== null && cause?.type === 'config-reload' ? showPlace(this.#loaded, service, cause.fields[0]) : null;
    const reason = place === null ? text : `${text} (${place})`;
    this.#fileState = { ...this.#fileState, status: 'rolled-back', reason };
    return reason;
  }

  /** The text to go back to, for people: the running generation reads it from memory. */
  keepAsLastGood(): void {
    try {
      writeFileSync(join(this.#loaded.project.stateDir, 'last-good.yaml'), this.#loaded.text, { mode: 0o600 });
    } catch (error) {
      const text = `last-good.yaml could not be written: ${(error as Error).message}`;
      this.#o.announce({ type: 'log-dropped', service: null, run: null, text });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#running.then(work);
    this.#running = turn.catch(() => undefined);
    return turn;
  }

  #apply(result: ProjectLoad, addedProfiles: readonly string[]): ControlOutcome {
    const sources = result.ok ? result.loaded.sources : result.sources;
    this.#fileState = { ...this.#fileState, paths: sources, loadedAt: Date.now() };
    if (!result.ok) return this.#keepRunning('invalid', result.diagnostics);
    const { project, loaded } = result;
    const state = this.#o.state();
    const profiles = [...new Set([...state.profiles, ...addedProfiles])];
    const asked = { ...state, profiles };
    const plan = planReload(asked, project);
    if (plan.refused.length > 0) return this.#refuse(plan);
    const problems = problemsOfServices(loaded, activeServices(project, asked)).filter(({ severity }) => severity === 'error');
    if (problems.length > 0) return this.#keepRunning('invalid', problems);
    const uncontained = refuseContainment(loaded);
    if (uncontained !== null) return this.#keepRunning('invalid', [uncontained]);
    const obstacle = this.#o.prepare(project);
    if (obstacle !== null) return { ok: false, code: 'refused', message: obstacle };
    this.#loaded = loaded;
    this.#fileState = { status: 'current', paths: sources, reason: null, diagnostics: loaded.warnings, loadedAt: Date.now() };
    if (isEmptyPlan(plan)) return { ok: true, message: 'nothing changed', seq: this.#o.seq(), details: plan };
    this.#o.apply(project, profiles, { onTrial: true });
    return { ok: true, message: `generation ${this.#o.state().generation}`, seq: this.#o.seq(), details: plan };
  }

  #keepRunning(status: 'invalid', diagnostics: readonly Diagnostic[]): ControlOutcome {
    const first = diagnostics[0];
    const place = first?.place ? `${first.place.file}:${first.place.line}:${first.place.col}: ` : '';
    const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
    const reason = `${place}${first?.message ?? 'invalid'}${more}`;
    const repeated = this.#fileState.status === status && this.#fileState.reason === reason;
    this.#fileState = { ...this.#fileState, status, reason, diagnostics };
    if (!repeated)
      this.#o.announce({
        type: 'config-invalid',
        service: null,
        run: null,
        text: `the file is not applied, all goes on as before: ${reason}`,
      });
    return this.#invalid(diagnostics);
  }

  #invalid(diagnostics: readonly Diagnostic[]): ControlOutcome {
    return { ok: false, code: 'invalid-file', message: 'the file is invalid; all goes on as before', details: { diagnostics } };
  }

  #refuse({ refused }: ReloadPlan): ControlOutcome {
    const reason = `a change of ${refused.join(' and ')} needs \`omniroute down\` and \`omniroute up\``;
    this.#fileState = { ...this.#fileState, status: 'refused', reason };
    this.#o.announce({ type: 'reload-refused', service: null, run: null, text: reason });
    return { ok: false, code: 'refused', message: reason };
  }
}

/** Services that run or would be started by this project: only their missing programs stand in the way. */
function activeServices(project: ProjectSpec, state: SupervisorState): string[] {
  return Object.values(project.services)
    .filter((spec) => {
      const known = state.services.get(spec.name);
      return known ? known.desired.type === 'up' : startsWhenAdded(spec, state);
    })
    .map(({ name }) => name);
}
