// How services that announce themselves are heard: a pipe of their own (`notify: fd`), or the socket of systemd (`notify: systemd`).
import { closeSync } from 'node:fs';
import { type FifoReader, makeFifos, openFifoWriter, readFifo } from '../process/fifo.ts';
import { type NotifySocket, openNotifySocket } from '../process/notify-socket.ts';
import type { ServiceSpec } from '../spec.ts';
import type { Event } from '../supervisor/event.ts';
import { hasRun, type SupervisorState } from '../supervisor/state.ts';
import { notifyPath, type Workplace } from './workplace.ts';

const NEWLINE = 0x0a;
/** Before a helper that was killed is replaced. */
const REOPEN_AFTER_MS = 1_000;

/** What a new process is to be given. `fd` is to be closed once it has it. */
export interface NotifyChannel {
  readonly fd: number | null;
  readonly env: Readonly<Record<string, string>>;
}

export interface NotifyBoardOptions {
  readonly place: Workplace;
  post(event: Event): void;
}

export class NotifyBoard {
  readonly #o: NotifyBoardOptions;
  readonly #runs = new Map<string, number>();
  readonly #pipes = new Map<string, FifoReader>();
  readonly #sockets = new Map<string, NotifySocket>();

  constructor(options: NotifyBoardOptions) {
    this.#o = options;
  }

  /** From now on this run is heard; null: it has nothing to announce. In words why it cannot be. */
  async open(spec: ServiceSpec, run: number): Promise<NotifyChannel | null | string> {
    const notify = spec.readiness?.notify ?? null;
    if (notify === null) return null;
    // What is still in it was said by the run before; and it may be at its end already, though nobody has been told yet.
    this.#pipes.get(spec.name)?.close();
    this.#pipes.delete(spec.name);
    this.#runs.set(spec.name, run);
    const problem = await this.#listen(spec.name, notify);
    if (problem !== null) return problem;
    const path = notifyPath(this.#o.place, spec.name);
    const env: Record<string, string> = spec.watchdogMs === null ? {} : { WATCHDOG_USEC: String(spec.watchdogMs * 1000) };
    if (notify === 'systemd') return { fd: null, env: { ...env, NOTIFY_SOCKET: path } };
    return { fd: openFifoWriter(path), env };
  }

  /** Hears a run again that outlived the supervisor before this one. */
  async resume(spec: ServiceSpec, run: number): Promise<void> {
    const opened = await this.open(spec, run);
    if (typeof opened === 'object' && opened !== null && opened.fd !== null) closeSync(opened.fd);
  }

  keepWanted({ services }: SupervisorState): void {
    for (const name of this.#runs.keys()) {
      const service = services.get(name);
      if (service !== undefined && (service.desired.type === 'up' || hasRun(service.phase))) continue;
      this.#runs.delete(name);
      this.#close(name);
    }
  }

  close(): void {
    for (const name of [...this.#runs.keys()]) this.#close(name);
    this.#runs.clear();
  }

  #close(name: string): void {
    this.#pipes.get(name)?.close();
    this.#pipes.delete(name);
    this.#sockets.get(name)?.close();
    this.#sockets.delete(name);
  }

  async #listen(name: string, notify: 'fd' | 'systemd'): Promise<string | null> {
    return notify === 'fd' ? this.#listenAtPipe(name) : this.#listenAtSocket(name);
  }

  #listenAtPipe(name: string): string | null {
    const path = notifyPath(this.#o.place, name);
    const obstacle = makeFifos([path]);
    if (obstacle !== null) return obstacle;
    const reader = readFifo(path, (chunk) => {
      if (chunk.includes(NEWLINE)) this.#tell(name, 'ready');
    });
    this.#pipes.set(name, reader);
    void reader.drained.then(() => {
      if (this.#pipes.get(name) === reader) this.#pipes.delete(name);
    });
    return null;
  }

  async #listenAtSocket(name: string): Promise<string | null> {
    if (this.#sockets.has(name)) return null;
    const path = notifyPath(this.#o.place, name);
    const lost = (): void => {
      this.#sockets.delete(name);
      setTimeout(() => this.#runs.has(name) && void this.#listenAtSocket(name), REOPEN_AFTER_MS).unref();
    };
    const opened = await openNotifySocket(path, { message: (what) => this.#tell(name, what), lost });
    if (typeof opened === 'string') return `nothing receives notifications here (${opened})`;
    this.#sockets.set(name, opened);
    return null;
  }

  #tell(service: string, what: 'ready' | 'ping' | 'stuck'): void {
    const run = this.#runs.get(service);
    if (run !== undefined) this.#o.post({ type: 'notified', service, run, what });
  }
}
