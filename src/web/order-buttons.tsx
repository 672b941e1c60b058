import type { ServiceSnapshot } from '../control/protocol.ts';
import { giveOrder, possibleOrders, type ServiceOrder } from './orders.ts';
import type { Stores } from './stores.ts';

/** Paths of 16 × 16. */
const ICONS: Readonly<Record<ServiceOrder, string>> = {
  start: 'M5 3.2v9.6L13 8z',
  stop: 'M4 4h8v8H4z',
  restart: 'M12.6 6.2A5 5 0 1 0 13 8.6M12.9 3v3.4H9.5',
  enable: 'M3.5 8.5l3 3 6-7',
};
const OUTLINED: ReadonlySet<ServiceOrder> = new Set(['restart', 'enable']);

interface OrderButtonsProps {
  readonly service: ServiceSnapshot;
  readonly stores: Stores;
  /** Without words. */
  readonly isSmall: boolean;
}

export function OrderButtons({ service, stores, isSmall }: OrderButtonsProps) {
  return (
    <>
      {possibleOrders(service).map((order) => (
        <button
          type="button"
          key={order}
          class={isSmall ? 'icon' : 'button'}
          title={`${order} ${service.name}`}
          aria-label={`${order} ${service.name}`}
          onClick={() => void giveOrder(stores, order, service.name)}
        >
          <svg viewBox="0 0 16 16" class={OUTLINED.has(order) ? 'outlined' : 'filled'} aria-hidden="true">
            <path d={ICONS[order]} />
          </svg>
          {!isSmall && order}
        </button>
      ))}
    </>
  );
}
