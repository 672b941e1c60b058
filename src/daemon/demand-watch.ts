// Services that start with the first connection: their held sockets are looked at until somebody waits there.
import { portsWithWaiting } from '../process/accept-queue.ts';
import type { ServiceSpec } from '../spec.ts';
import type { SupervisorState } from '../supervisor/state.ts';

/** One look reads the table of sockets, some 0.1 ms; without a sleeping service there is none. */
const LOOK_EVERY_MS = 50;

export class DemandWatch {
  readonly #onDemand: (service: string) => void;
  readonly #sleeping = new Map<string, ServiceSpec>();
  #timer: NodeJS.Timeout | null = null;

  constructor(onDemand: (service: string) => void) {
    this.#onDemand = onDemand;
  }

  watch(spec: ServiceSpec): void {
    this.#sleeping.set(spec.name, spec);
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** A service that was started otherwise, or is not wanted any more, needs no watching. */
  keepSleeping({ services }: SupervisorState): void {
    for (const name of this.#sleeping.keys()) {
      const service = services.get(name);
      if (service?.phase.type !== 'waiting' || service.due || service.disabledBy !== null) this.#sleeping.delete(name);
    }
    if (this.#sleeping.size === 0) this.close();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const ports = portsWithWaiting();
    for (const { name, sockets } of [...this.#sleeping.values()]) {
      if (!sockets.some(({ address }) => address.type === 'tcp' && ports.has(address.port))) continue;
      this.#sleeping.delete(name);
      this.#onDemand(name);
    }
  }
}
