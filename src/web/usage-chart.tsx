import { formatBytes, formatPercent } from '../cli/render/humanize.ts';
import type { ServiceSnapshot } from '../control/protocol.ts';
import { Chart, type Limit } from './chart.tsx';
import type { ProjectStore } from './project-store.ts';

interface UsageChartProps {
  readonly project: ProjectStore;
  readonly service: ServiceSnapshot;
  readonly isSmall: boolean;
}

export function CpuChart({ project, service, isSmall }: UsageChartProps) {
  const { times, cpuPercent } = project.usage.of(service.name);
  return (
    <Chart
      times={times}
      values={cpuPercent}
      version={project.samples.value}
      limits={[]}
      atLeast={isSmall ? 25 : 10}
      color="--cpu"
      format={(value) => formatPercent(value)}
      isSmall={isSmall}
      label={`CPU of ${service.name}: ${formatPercent(service.cpuPercent)}`}
    />
  );
}

export function MemoryChart({ project, service, isSmall }: UsageChartProps) {
  const { times, memoryBytes } = project.usage.of(service.name);
  const { memoryBytes: now, memoryLimitBytes: limit } = service;
  const used = now === null ? 'unknown' : formatBytes(now);
  return (
    <Chart
      times={times}
      values={memoryBytes}
      version={project.samples.value}
      limits={limitsOf(service)}
      atLeast={16 * 1_048_576}
      color="--memory"
      format={(value) => formatBytes(value)}
      isSmall={isSmall}
      label={`memory of ${service.name}: ${used}${limit === null ? '' : `, limit ${formatBytes(limit)}`}`}
    />
  );
}

/** Those of the tree; where there is none of them, that of Node's heap, which acts all the same. */
function limitsOf({ memoryLimits: { warnBytes, softBytes, hardBytes }, memoryLimitBytes }: ServiceSnapshot): Limit[] {
  const least = softBytes ?? hardBytes ?? memoryLimitBytes;
  return [
    ...(warnBytes === null ? [] : [{ value: warnBytes, color: '--warn' as const }]),
    ...[...new Set([least, hardBytes])].flatMap((value) => (value === null ? [] : [{ value, color: '--bad' as const }])),
  ];
}
