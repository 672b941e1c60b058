import { formatBytes, formatElapsed, formatPercent } from '../cli/render/humanize.ts';
import type { ServiceSnapshot } from '../control/protocol.ts';
import { OrderButtons } from './order-buttons.tsx';
import { go } from './place.ts';
import { StateBadge, StateDot } from './state-badge.tsx';
import type { Stores } from './stores.ts';
import { CpuChart, MemoryChart } from './usage-chart.tsx';

interface ServiceRowProps {
  readonly service: ServiceSnapshot;
  readonly stores: Stores;
  readonly isSelected: boolean;
}

export function ServiceRow({ service, stores, isSelected }: ServiceRowProps) {
  const { project } = stores;
  const { name, description, state, why, startedAt, pid, restarts, cpuPercent, memoryBytes } = service;
  const nowMs = project.nowMs.value;
  const runs = pid !== null && startedAt !== null;
  return (
    <li class={isSelected ? 'row selected' : 'row'} data-service={name} data-state={state}>
      <button type="button" class="name" aria-expanded={isSelected} onClick={() => go('services', isSelected ? null : name)}>
        <StateDot state={state} />
        <span>
          <strong>{name}</strong>
          {description !== null && <small>{description}</small>}
        </span>
      </button>
      <span class="state">
        <StateBadge service={service} nowMs={nowMs} />
      </span>
      <span class="why" title={why}>
        {why === '-' ? '' : why}
      </span>
      <span class="up number">{runs ? formatElapsed(nowMs - startedAt) : ''}</span>
      <span class="restarts number">{restarts}</span>
      <span class="cpu figure">
        {runs && <CpuChart project={project} service={service} isSmall />}
        <span class="number">{runs ? formatPercent(cpuPercent) : ''}</span>
      </span>
      <span class="memory figure">
        {runs && <MemoryChart project={project} service={service} isSmall />}
        <span class="number">{memoryBytes === null ? '' : formatBytes(memoryBytes)}</span>
      </span>
      <span class="orders">
        <OrderButtons service={service} stores={stores} isSmall />
      </span>
    </li>
  );
}
