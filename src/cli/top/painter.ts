import { renderFrame } from './frame.ts';
import type { Terminal } from './terminal.ts';

/** Between two frames. */
const FRAME_MS = 40;

/** Brings what `render` gives to the terminal: soon, never too often, and only what differs. */
export class Painter {
  readonly #terminal: Pick<Terminal, 'isReady' | 'write' | 'size'>;
  readonly #render: () => readonly string[];
  #shown: readonly string[] | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(terminal: Pick<Terminal, 'isReady' | 'write' | 'size'>, render: () => readonly string[]) {
    this.#terminal = terminal;
    this.#render = render;
  }

  /** There is something new to see. */
  schedule(): void {
    this.#timer ??= setTimeout(() => this.#draw(), FRAME_MS);
  }

  /** Nobody knows any more what is on the terminal. */
  forget(): void {
    this.#shown = null;
    this.schedule();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #draw(): void {
    this.#timer = null;
    // A slow terminal gets fewer frames, never older ones.
    if (!this.#terminal.isReady()) return this.schedule();
    const lines = this.#render();
    this.#terminal.write(renderFrame(this.#shown, lines, this.#terminal.size()));
    this.#shown = lines;
  }
}
