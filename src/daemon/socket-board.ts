// The listening sockets that are held for services, from a service's first start until it is not wanted any more.
import { type HeldSockets, type HoldFailure, holdSockets } from '../process/held-sockets.ts';
import { formatAddress, type ServiceSpec, type SocketSpec } from '../spec.ts';
import type { SupervisorState } from '../supervisor/state.ts';

interface Held {
  /** Of what is held, in words: another address is another socket. */
  readonly addresses: string;
  readonly sockets: HeldSockets;
}

export class SocketBoard {
  readonly #held = new Map<string, Held>();
  /** Closing is not instant, and the same address may be wanted again. */
  readonly #closing = new Set<Promise<void>>();

  /** Descriptors for a new process of the service; the ones it had before where nothing has changed. */
  async hold({ name, sockets }: ServiceSpec): Promise<readonly number[] | HoldFailure> {
    if (sockets.length === 0) return [];
    const known = this.#held.get(name);
    if (known?.addresses === describe(sockets)) return known.sockets.fds;
    this.#release(name);
    await Promise.all(this.#closing);
    const held = await holdSockets(sockets);
    if ('code' in held) return held;
    this.#held.set(name, { addresses: describe(sockets), sockets: held });
    return held.fds;
  }

  isHeld(service: string): boolean {
    return this.#held.has(service);
  }

  /** Nobody shall wait for a service that will not come. */
  keepWanted({ services }: SupervisorState): void {
    for (const name of this.#held.keys()) {
      const service = services.get(name);
      const given = service === undefined || service.phase.type === 'failed' || service.phase.type === 'completed';
      if (given || service.desired.type === 'down' || service.disabledBy !== null) this.#release(name);
    }
  }

  async close(): Promise<void> {
    for (const name of this.#held.keys()) this.#release(name);
    await Promise.all(this.#closing);
  }

  #release(name: string): void {
    const held = this.#held.get(name);
    if (held === undefined) return;
    this.#held.delete(name);
    const closing = held.sockets.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function describe(sockets: readonly SocketSpec[]): string {
  return sockets.map(({ name, address }) => `${name}=${formatAddress(address)}`).join(' ');
}
