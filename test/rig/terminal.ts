// A real terminal, played by tmux: what a person types and sees.
import { execFileSync, spawnSync } from 'node:child_process';
import { eventually } from './within.ts';

export class Terminal {
  readonly #socket: string;

  /** 80 × 24, with a shell in this folder; `socket` is a path of its own. */
  constructor(socket: string, { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }) {
    this.#socket = socket;
    const options = ['-x', '80', '-y', '24', '-c', cwd];
    // No file of the user's, no login shell (it may be `nologin`), and a prompt that is known.
    this.#tmux(['-f', '/dev/null', 'new-session', '-d', ...options, 'env', 'PS1=ready> ', 'sh', '-i'], env);
  }

  type(text: string): void {
    this.#tmux(['send-keys', '-l', text]);
    this.press('Enter');
  }

  press(key: string): void {
    this.#tmux(['send-keys', key]);
  }

  resize(columns: number, rows: number): void {
    this.#tmux(['resize-window', '-x', String(columns), '-y', String(rows)]);
  }

  /** What is on the screen now. `-e`: with its colours. */
  screen(...options: string[]): string {
    return this.#tmux(['capture-pane', '-p', ...options]);
  }

  /** Pasted text, marked as such where the program asked for that. */
  paste(text: string): void {
    this.#tmux(['set-buffer', text]);
    this.#tmux(['paste-buffer', '-p']);
  }

  /** What a program changes and must give back: whether the other screen is shown, and the cursor. */
  state(): { readonly alternate: boolean; readonly cursor: boolean } {
    const [alternate, cursor] = this.#tmux(['display-message', '-p', '#{alternate_on} #{cursor_flag}']).trim().split(' ');
    return { alternate: alternate === '1', cursor: cursor === '1' };
  }

  /** The screen as soon as it shows this. */
  shows(pattern: RegExp): Promise<string> {
    return eventually(
      () => `${pattern} on the screen:\n${this.screen()}`,
      () => {
        const screen = this.screen();
        return pattern.test(screen) ? screen : null;
      },
    );
  }

  /** As closing the window does. */
  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server']);
  }

  #tmux(args: readonly string[], env?: Readonly<Record<string, string>>): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], {
      encoding: 'utf8',
      ...(env ? { env: { ...env, TERM: 'xterm-256color' } } : {}),
    });
  }
}
