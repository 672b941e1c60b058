// The processes that are ours, and their `.pid` files. What the performer knows beyond the core's state.
import { randomBytes } from 'node:crypto';
import { mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildEnvironment } from '../process/environment.ts';
import { readText } from '../process/read-text.ts';
import type { ServiceSpec } from '../spec.ts';
import { hasRun, type SupervisorState } from '../supervisor/state.ts';
import type { LiveRun } from './live-run.ts';
import { placeIdOf } from './place-id.ts';
import { serviceFolder, type Workplace } from './workplace.ts';

export class RunRegistry {
  readonly #place: Workplace;
  readonly #runs = new Map<string, LiveRun>();
  /** Unique to this supervisor. */
  readonly nonce = randomBytes(6).toString('hex');
  /** A copy: of `process.env` itself every name and every value is asked of the C library, at every start. */
  readonly #inherited = { ...process.env };
  /** The first part tells the runs of this supervisor from those of another; by the second one the next supervisor finds them. */
  readonly #origin: string;

  constructor(place: Workplace) {
    this.#place = place;
    this.#origin = `${this.nonce}.${placeIdOf(place.stateDir)}`;
  }

  /** The value of OMNIROUTE_RUN: unique to one run of one supervisor. */
  markerOf(service: string, run: number): string {
    return `${this.#place.project}/${service}/${run}/${this.#origin}`;
  }

  /** The whole environment of a process of this service. */
  environmentOf(spec: ServiceSpec, run: number): Record<string, string> {
    const live = this.#runs.get(spec.name);
    // An adopted run keeps the marker of the supervisor that started it.
    return buildEnvironment(spec, this.#inherited, live?.run === run ? live.marker : this.markerOf(spec.name, run));
  }

  get(service: string): LiveRun | undefined {
    return this.#runs.get(service);
  }

  all(): LiveRun[] {
    return [...this.#runs.values()];
  }

  add(live: LiveRun): void {
    this.#runs.set(live.service, live);
  }

  /** Of a run that was taken over it is there, as a rule: to read is cheaper than to write. */
  restorePidFile(service: string): void {
    const live = this.#runs.get(service);
    if (live && readText(join(serviceFolder(this.#place, service), '.pid')) !== textOf(live)) this.writePidFile(live);
  }

  /** Unless it has ended by now: then nothing would take the file away again. */
  writePidFile(live: LiveRun): void {
    if (live.leaderExitTicks !== null || this.#runs.get(live.service) !== live) return;
    const folder = serviceFolder(this.#place, live.service);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, '.pid'), textOf(live));
  }

  /** Its processes are gone. It stays on record until the core is done with it: its post_exit hook may still be owed. */
  release(service: string): void {
    try {
      unlinkSync(join(serviceFolder(this.#place, service), '.pid'));
    } catch (error) {
      // It may never have been written. A disk that has become read-only keeps a file that nobody should believe; nothing else hangs on it.
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    }
  }

  forgetFinished(state: SupervisorState): void {
    for (const { service, run } of this.#runs.values()) {
      const phase = state.services.get(service)?.phase;
      if (!phase || !hasRun(phase) || phase.run.number !== run) this.#runs.delete(service);
    }
  }
}

function textOf({ identity }: LiveRun): string {
  return `${identity.pid}\n`;
}
