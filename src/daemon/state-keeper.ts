// Keeps state.json true, a moment late: nobody who waits for a restart waits for the disk. A run that is started in that moment, the last
// of a supervisor that is killed, is found by the marker in its environment (daemon/unrecorded.ts). What nobody could find out again is
// written before it is told.
import type { JournalEntry } from '../supervisor/journal-entry.ts';
import type { SupervisorState } from '../supervisor/state.ts';
import { recordOf } from './record.ts';
import type { RunRegistry } from './run-registry.ts';
import { type StateContent, StateFile } from './state-file.ts';

// Replacing a file by rename makes ext4 write it out (auto_da_alloc), 1-2 ms each: a hundred services starting must not cost a hundred.
const WRITE_AFTER_MS = 100;
/** Where it could not be written. */
const AGAIN_AFTER_MS = 2_000;
/** The status of a job that has ended, and what somebody asked for. */
const KNOWN_TO_US_ALONE: ReadonlySet<JournalEntry['type']> = new Set(['completed', 'enabled', 'disabled', 'reloaded']);

export interface StateKeeperOptions {
  readonly stateDir: string;
  readonly runs: RunRegistry;
  /** What is not in the state. */
  kept(): Pick<StateContent, 'autoPorts' | 'scale' | 'schedules'>;
  state(): SupervisorState;
  /** Takes secrets out of a text. */
  mask(text: string): string;
  /** In words; told once per kind of failure. */
  onProblem(problem: string): void;
}

export class StateKeeper {
  readonly #o: StateKeeperOptions;
  readonly #file: StateFile;
  #timer: NodeJS.Timeout | null = null;
  #problem: string | null = null;
  /** Before that, what the omniroute before this one wrote knows more. */
  #knowsWhatRuns = false;

  constructor(options: StateKeeperOptions) {
    this.#o = options;
    this.#file = new StateFile(options.stateDir);
  }

  /** In words why it is not true at the moment; null: it is, or will be shortly. */
  get problem(): string | null {
    return this.#problem;
  }

  noteChange(): void {
    this.#writeIn(WRITE_AFTER_MS);
  }

  /** Of what outlived the omniroute before, too. */
  noteTakenUp(): void {
    this.#knowsWhatRuns = true;
    this.keepPorts();
  }

  /** Before processes are told which ports were chosen for them: an omniroute that comes next would choose others. */
  keepPorts(): void {
    if (Object.keys(this.#o.kept().autoPorts).length > 0) this.writeNow();
  }

  /** Whoever is told that a job is done must not see it run again because omniroute was killed the next moment. */
  keepBeforeTelling({ type, service }: JournalEntry): void {
    if (this.#knowsWhatRuns && (KNOWN_TO_US_ALONE.has(type) || (type === 'starting' && this.#isScheduled(service)))) this.writeNow();
  }

  /** Its time is used with the start, not before: else it would be lost in between. */
  #isScheduled(service: string | null): boolean {
    return service !== null && this.#o.state().services.get(service)?.spec.schedule != null;
  }

  #writeIn(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.writeNow();
    }, delayMs).unref();
  }

  writeNow({ handsOver } = { handsOver: false }): void {
    const { runs, kept, state, mask, onProblem } = this.#o;
    runs.forgetFinished(state());
    try {
      this.#file.write({ ...recordOf(state(), runs, { handsOver, mask }), ...kept() });
      this.#problem = null;
    } catch (error) {
      const problem = `state.json cannot be written: ${(error as Error).message}`;
      const isNew = problem !== this.#problem;
      this.#problem = problem;
      this.#writeIn(AGAIN_AFTER_MS);
      if (isNew) onProblem(problem);
    }
  }

  /** What is to be known after a hand-over; null, or in words why it would not be. As the last thing before omniroute ends it would fail unheard. */
  writeForHandOver(): string | null {
    this.writeNow({ handsOver: true });
    return this.#problem && `what was stopped, disabled or gave up would be forgotten, for ${this.#problem}; all goes on as before`;
  }

  close(options: { readonly handsOver: boolean }): void {
    this.writeNow(options);
    if (this.#timer) clearTimeout(this.#timer);
  }
}
