// The listening sockets that are held for services, from a service's first start until it is not wanted any more.
import { type HeldSockets, type HoldFailure, holdSockets } from '../process/held-sockets.ts';
import { declaredName } from '../service-name.ts';
import { formatAddress } from '../socket-address.ts';
import type { ServiceSpec, SocketSpec } from '../spec.ts';
import type { ServiceState, SupervisorState } from '../supervisor/state.ts';

interface Held {
  /** Of what is held, in words: another address is another socket. */
  readonly addresses: string;
  readonly sockets: HeldSockets;
}

export class SocketBoard {
  readonly #held = new Map<string, Held>();
  /** Names whose listening sockets are in processes that were taken over, and in nobody else's. */
  readonly #orphaned = new Set<string>();
  /** Closing is not instant, and the same address may be wanted again. */
  readonly #closing = new Set<Promise<void>>();

  /** Descriptors for a new process of the service; the ones it had before where nothing has changed. */
  async hold({ name: own, instance, sockets }: ServiceSpec): Promise<readonly number[] | HoldFailure> {
    if (sockets.length === 0) return [];
    const name = instance?.of ?? own;
    const known = this.#held.get(name);
    if (known?.addresses === describe(sockets)) return known.sockets.fds;
    this.#release(name);
    await Promise.all(this.#closing);
    const held = await holdSockets(sockets);
    if ('code' in held) return this.#orphaned.has(name) ? { ...held, message: `${held.message}${adviceFor(name)}` } : held;
    this.#orphaned.delete(name);
    this.#held.set(name, { addresses: describe(sockets), sockets: held });
    return held.fds;
  }

  /** The run outlived the omniroute that held its sockets: nobody can have them but through it. */
  noteOrphaned({ name, instance, sockets }: ServiceSpec): void {
    if (sockets.length > 0) this.#orphaned.add(instance?.of ?? name);
  }

  isHeld(service: string): boolean {
    return this.#held.has(declaredName(service));
  }

  /** Nobody shall wait for a service that will not come. */
  keepWanted({ services }: SupervisorState): void {
    for (const name of this.#held.keys()) {
      const users = [...services.values()].filter((service) => declaredName(service.name) === name);
      if (!users.some(mayCome)) this.#release(name);
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

function mayCome({ phase, desired, disabledBy }: ServiceState): boolean {
  return phase.type !== 'failed' && phase.type !== 'completed' && desired.type === 'up' && disabledBy === null;
}

function adviceFor(name: string): string {
  return `; it may be what outlived omniroute: \`omniroute stop ${name}\` and \`omniroute start ${name}\` give it back`;
}

function describe(sockets: readonly SocketSpec[]): string {
  return sockets.map(({ name, address }) => `${name}=${formatAddress(address)}`).join(' ');
}
