// The listening sockets that are held for services, from a service's first start until it is not wanted any more.
import { describeTaken, type HeldSockets, type HoldFailure, holdSockets, type TakenSocket } from '../process/held-sockets.ts';
import { findOccupants } from '../process/occupant.ts';
import { declaredName } from '../service-name.ts';
import { formatAddress } from '../socket-address.ts';
import type { ServiceSpec, SocketSpec } from '../spec.ts';
import type { TakenAddress } from '../supervisor/snapshot.ts';
import { isLive, type ServiceState, type SupervisorState } from '../supervisor/state.ts';

/** Held together: they can only be let go of together. */
interface Batch {
  readonly service: string;
  readonly addresses: readonly string[];
  readonly sockets: HeldSockets;
}

export class SocketBoard {
  #batches: readonly Batch[] = [];
  /**
   * What was in the way at an address: the inode of a listening socket, null where the system does not tell. While that is there, holding
   * is not tried, which takes a thread.
   */
  readonly #obstacles = new Map<string, string | null>();
  /** Addresses that live processes have, by service: they cannot be had before those end, unless they are held. */
  #inUse: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** Closing is not instant, and the same address may be wanted again. */
  readonly #closing = new Set<Promise<void>>();
  /** Instances share their sockets: who comes second finds them held. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Descriptors for a new process of the service; the ones it had before where nothing has changed. */
  hold({ name, instance, sockets }: ServiceSpec): Promise<readonly number[] | HoldFailure> {
    const held = this.#turn.then(() => this.#hold(instance?.of ?? name, sockets));
    this.#turn = held.catch(() => {});
    return held;
  }

  /** Holds them if that can be; else where somebody else listens. What else is wrong with an address is told by the spawn. */
  async claim(spec: ServiceSpec): Promise<readonly TakenAddress[]> {
    if (spec.sockets.length === 0) return [];
    const service = spec.instance?.of ?? spec.name;
    const failure = await this.hold(spec);
    return 'code' in failure ? failure.taken.map((taken) => this.#showTaken(service, taken)) : [];
  }

  isHeld(service: string, { address }: SocketSpec): boolean {
    return this.#batchesOf(declaredName(service)).some(({ addresses }) => addresses.includes(formatAddress(address)));
  }

  /** Nobody shall wait for a service that will not come, nor at an address that it has no more. */
  keepWanted({ services }: SupervisorState): void {
    const all = [...services.values()];
    const inUse = new Map<string, Set<string>>();
    for (const service of all) {
      const addresses = addressesInUse(service);
      if (addresses.length === 0) continue;
      const name = declaredName(service.name);
      inUse.set(name, new Set([...(inUse.get(name) ?? []), ...addresses]));
    }
    this.#inUse = inUse;
    for (const batch of this.#batches) {
      const users = all.filter(({ name }) => declaredName(name) === batch.service);
      const wanted = new Set([...users.flatMap(({ spec }) => addressesOf(spec.sockets)), ...(inUse.get(batch.service) ?? [])]);
      if (!users.some(mayCome) || !batch.addresses.some((address) => wanted.has(address))) this.#release(batch);
    }
  }

  async close(): Promise<void> {
    for (const batch of this.#batches) this.#release(batch);
    await Promise.all(this.#closing);
  }

  #showTaken(service: string, { socket, occupant }: TakenSocket): TakenAddress {
    const address = formatAddress(socket.address);
    const other = this.#batches.find(({ addresses }) => addresses.includes(address));
    const holder = other ? { pid: process.pid, command: `omniroute, for ${other.service}` } : occupant?.holder;
    const { pid = null, command = null } = holder ?? {};
    // Of its own processes only one that was taken over can have what is not held.
    const outlived = this.#inUse.get(service)?.has(address) ? service : null;
    return { type: 'socket', socket: socket.name, address, pid, command, outlived };
  }

  async #hold(name: string, sockets: readonly SocketSpec[]): Promise<readonly number[] | HoldFailure> {
    const wanted = addressesOf(sockets);
    for (const batch of this.#batchesOf(name)) {
      const isOutdated = batch.addresses.some((address) => !wanted.includes(address));
      if (isOutdated && !batch.addresses.some((address) => this.#inUse.get(name)?.has(address))) this.#release(batch);
    }
    await Promise.all(this.#closing);
    const missing = sockets.filter(({ address }) => this.#descriptorOf(name, formatAddress(address)) === undefined);
    const failure = missing.length === 0 ? null : await this.#add(name, missing);
    return failure ?? wanted.flatMap((address) => this.#descriptorOf(name, address) ?? []);
  }

  async #add(service: string, sockets: readonly SocketSpec[]): Promise<HoldFailure | null> {
    const held = (await this.#findObstacles(sockets)) ?? (await holdSockets(sockets));
    if ('code' in held) {
      for (const { socket, occupant } of held.taken) this.#obstacles.set(formatAddress(socket.address), occupant?.inode ?? null);
      return held;
    }
    const addresses = addressesOf(sockets);
    for (const address of addresses) this.#obstacles.delete(address);
    this.#batches = [...this.#batches, { service, addresses, sockets: held }];
    return null;
  }

  /** Null: trying tells more. */
  async #findObstacles(sockets: readonly SocketSpec[]): Promise<HoldFailure | null> {
    const knownAt = ({ address }: SocketSpec) => this.#obstacles.get(formatAddress(address));
    const obstructed = sockets.filter((socket) => knownAt(socket) !== undefined);
    // Whether what cannot be seen is still there, only trying tells.
    if (obstructed.length === 0 || obstructed.some((socket) => knownAt(socket) === null)) return null;
    const occupants = await findOccupants(sockets.map(({ address }) => address));
    const taken = sockets.map((socket, index) => ({ socket, occupant: occupants[index] ?? null })).filter(({ occupant }) => occupant);
    return taken.some(({ socket, occupant }) => occupant?.inode === knownAt(socket)) ? describeTaken(taken) : null;
  }

  #batchesOf(name: string): readonly Batch[] {
    return this.#batches.filter(({ service }) => service === name);
  }

  #descriptorOf(name: string, address: string): number | undefined {
    const batch = this.#batchesOf(name).find(({ addresses }) => addresses.includes(address));
    return batch?.sockets.fds[batch.addresses.indexOf(address)];
  }

  #release(batch: Batch): void {
    this.#batches = this.#batches.filter((other) => other !== batch);
    const closing = batch.sockets.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function mayCome({ phase, desired, disabledBy }: ServiceState): boolean {
  return phase.type !== 'failed' && phase.type !== 'completed' && desired.type === 'up' && disabledBy === null;
}

function addressesInUse({ phase }: ServiceState): readonly string[] {
  return isLive(phase) && phase.run.pid !== null ? addressesOf(phase.run.spec.sockets) : [];
}

function addressesOf(sockets: readonly SocketSpec[]): readonly string[] {
  return sockets.map(({ address }) => formatAddress(address));
}
