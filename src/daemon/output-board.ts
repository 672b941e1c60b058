// The outputs of all services, opened when first needed.
import { mkdirSync } from 'node:fs';
import { readLastRun } from '../logs/last-run.ts';
import { makeFifos } from '../process/fifo.ts';
import { declaredName } from '../service-name.ts';
import type { LogPolicy, LogStream } from '../spec.ts';
import type { Event } from '../supervisor/event.ts';
import type { JournalEntry } from '../supervisor/journal-entry.ts';
import { ServiceOutput } from './service-output.ts';
import { fifoPaths, fifosOf, pipeStem, serviceFolder, type Workplace } from './workplace.ts';

export interface OutputBoardOptions {
  readonly place: Workplace;
  readonly policy: LogPolicy;
  post(event: Event): void;
  announce(entry: JournalEntry): void;
  /** A pipe is gone, and maybe all that was beside it. */
  restoreRuntime(): void;
  readonly onLine: ((service: string, stream: LogStream, text: string) => void) | null;
}

/** Before its first run, which may write there: the folder of its log, and `${service.dir}`, which is one for all instances. */
function makeServiceFolders(place: Workplace, service: string): void {
  for (const name of new Set([declaredName(service), service])) {
    try {
      mkdirSync(serviceFolder(place, name), { recursive: true, mode: 0o700 });
    } catch {
      // A full disk: whoever writes there says so.
    }
  }
}

export class OutputBoard {
  readonly #o: OutputBoardOptions;
  readonly #outputs = new Map<string, ServiceOutput>();
  #policy: LogPolicy;

  constructor(options: OutputBoardOptions) {
    this.#o = options;
    this.#policy = options.policy;
  }

  /** Makes the pipes of these services, all by one exec; in words why that failed, or null. */
  prepare(services: readonly string[]): string | null {
    return makeFifos(services.flatMap((service) => Object.values(fifoPaths(this.#o.place, service))));
  }

  /** Of services whose log cannot be written now. */
  outages(nowMs: number): { readonly service: string; readonly text: string }[] {
    return [...this.#outputs].flatMap(([service, output]) => {
      const error = output.outage(nowMs);
      return error === null ? [] : [{ service, text: `its log cannot be written: ${error}` }];
    });
  }

  droppedBytesOf(service: string): number {
    return this.#outputs.get(service)?.droppedBytes ?? 0;
  }

  /** Numbers of the latest runs that the logs know: runs are counted on across supervisors, so that a number means one run. */
  lastRuns(services: readonly string[]): Record<string, number> {
    return Object.fromEntries(services.map((service) => [service, readLastRun(serviceFolder(this.#o.place, service))]));
  }

  of(service: string): ServiceOutput {
    const known = this.#outputs.get(service);
    if (known) return known;
    const created = this.#create(service);
    this.#outputs.set(service, created);
    return created;
  }

  setPolicy(policy: LogPolicy): void {
    this.#policy = policy;
    for (const output of this.#outputs.values()) output.setPolicy(policy);
  }

  close(): void {
    for (const output of this.#outputs.values()) output.close();
  }

  #create(service: string): ServiceOutput {
    const { place, post, announce, restoreRuntime, onLine } = this.#o;
    makeServiceFolders(place, service);
    const stem = pipeStem(service);
    return new ServiceOutput({
      folder: serviceFolder(place, service),
      fifos: () => fifosOf(place, stem),
      restoreFifos: () => {
        restoreRuntime();
        const obstacle = this.prepare([service]);
        if (obstacle !== null) throw new Error(obstacle);
      },
      policy: this.#policy,
      onLine: onLine && ((stream, text) => onLine(service, stream, text)),
      listener: {
        onReadyLine: (run) => post({ type: 'ready-line-seen', service, run }),
        onFailLine: (run, line) => post({ type: 'fail-line-seen', service, run, line }),
        onCaptured: (run, output, value) => post({ type: 'output-captured', service, run, output, value }),
        onOverBudget: (pattern) =>
          announce({
            type: 'pattern-dropped',
            service,
            run: null,
            text: `the pattern of ${pattern} took too long to match and is off for this run`,
          }),
        onDropped: (bytes, error) => announce({ type: 'log-dropped', service, run: null, text: `${bytes} bytes of output lost: ${error}` }),
      },
    });
  }
}
