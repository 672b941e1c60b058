// Keeps state.json true: at once after a change, then a few times a second while changes go on.

import type { SupervisorState } from '../supervisor/state.ts';
import { recordOf } from './record.ts';
import type { RunRegistry } from './run-registry.ts';
import { StateFile } from './state-file.ts';

// Replacing a file by rename makes ext4 write it out (auto_da_alloc), 1-2 ms each: a hundred services starting must not cost a hundred.
const PAUSE_MS = 100;

export interface StateKeeperOptions {
  readonly stateDir: string;
  readonly runs: RunRegistry;
  autoPorts(): Readonly<Record<string, number>>;
  state(): SupervisorState;
  /** In words; told once per kind of failure. */
  onProblem(problem: string): void;
}

export class StateKeeper {
  readonly #o: StateKeeperOptions;
  readonly #file: StateFile;
  #pause: NodeJS.Timeout | null = null;
  #again = false;
  #problem: string | null = null;

  constructor(options: StateKeeperOptions) {
    this.#o = options;
    this.#file = new StateFile(options.stateDir);
  }

  noteChange(): void {
    if (this.#pause) {
      this.#again = true;
      return;
    }
    this.writeNow();
    this.#pause = setTimeout(() => {
      this.#pause = null;
      if (!this.#again) return;
      this.#again = false;
      this.noteChange();
    }, PAUSE_MS);
    this.#pause.unref();
  }

  writeNow({ ended } = { ended: false }): void {
    const { runs, autoPorts, state, onProblem } = this.#o;
    runs.forgetFinished(state());
    try {
      this.#file.write(recordOf(state(), runs, autoPorts(), { ended }));
      this.#problem = null;
    } catch (error) {
      const problem = `state.json cannot be written: ${(error as Error).message}`;
      const isNew = problem !== this.#problem;
      this.#problem = problem;
      if (isNew) onProblem(problem);
    }
  }

  close(): void {
    if (this.#pause) clearTimeout(this.#pause);
    this.writeNow({ ended: true });
  }
}
