// Start, stop, restart, as buttons and keys give them.
import type { ServiceSnapshot } from '../control/protocol.ts';
import { notify } from './notices.tsx';
import type { Stores } from './stores.ts';

export type ServiceOrder = 'start' | 'stop' | 'restart' | 'enable';

/** What can be asked of a service in its state, the likeliest first. */
export function possibleOrders({ desired, enabled }: Pick<ServiceSnapshot, 'desired' | 'enabled'>): readonly ServiceOrder[] {
  if (!enabled) return ['enable'];
  return desired === 'up' ? ['restart', 'stop'] : ['start'];
}

export async function giveOrder({ api, project }: Stores, type: ServiceOrder, service: string): Promise<void> {
  const order = type === 'start' ? { type, services: [service], withDependencies: true } : { type, services: [service] };
  const reply = await api.submit(order);
  notify(`${type} ${service}: ${reply.ok ? reply.value.message : reply.message}`, { isProblem: !reply.ok });
  await project.look();
}
