// The runtime folder can be taken away from under a supervisor: by the last logout of its user, by a cleaner of temporary files.
import { existsSync } from 'node:fs';
import { createRuntimeFolder } from '../control/socket-path.ts';
import type { Workplace } from './workplace.ts';

const LOOK_MS = 5_000;

type Told = (type: 'runtime-restored' | 'listen-failed', text: string) => void;

export class RuntimeKeeper {
  readonly #place: Workplace;
  readonly #onLost: Told;
  #listenAgain: (() => Promise<void>) | null = null;
  #look: NodeJS.Timeout | null = null;
  #restoring = false;
  #told = '';
  #problem: string | null = null;

  /** `onLost`: in words, what was lost and how it ended; each failure once. */
  constructor(place: Workplace, onLost: Told) {
    this.#place = place;
    this.#onLost = onLost;
  }

  /** In words what is lost and not there again; null: all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** From when on the socket is there. `listenAgain`: at the socket of `place.runtime`, which has just been made. */
  watch(listenAgain: () => Promise<void>): void {
    this.#listenAgain = listenAgain;
    this.#look = setInterval(() => this.#isLost() && this.restore(), LOOK_MS).unref();
  }

  close(): void {
    if (this.#look) clearInterval(this.#look);
  }

  /** Makes the folder at once, where one can be made, and the socket in it a moment later. */
  restore(): void {
    const lost = this.#place.runtime.folder;
    const made = createRuntimeFolder(this.#place.stateDir, process.env);
    if ('problem' in made) return this.#tellOnce(`${lost} was removed: ${made.problem}`);
    this.#place.runtime = { folder: made.folder, socket: made.socket };
    if (this.#isLost()) void this.#restoreSocket(lost);
  }

  async #restoreSocket(lost: string): Promise<void> {
    if (this.#restoring || this.#listenAgain === null) return;
    this.#restoring = true;
    try {
      await this.#listenAgain();
      this.#told = '';
      this.#problem = null;
      this.#onLost('runtime-restored', `${lost} was removed; the control socket and the pipes are at ${this.#place.runtime.folder} now`);
    } catch (error) {
      this.#tellOnce(`${lost} was removed, and the control socket cannot be made again: ${(error as Error).message}`);
    } finally {
      this.#restoring = false;
    }
  }

  #isLost(): boolean {
    return !existsSync(this.#place.runtime.socket);
  }

  #tellOnce(text: string): void {
    this.#problem = text;
    if (text === this.#told) return;
    this.#told = text;
    this.#onLost('listen-failed', text);
  }
}
