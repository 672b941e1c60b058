import { useEffect, useState } from 'preact/hooks';
import { formatBytes, formatElapsed, formatInstant, formatPercent } from '../cli/render/humanize.ts';
import type { ServiceSnapshot, WhyReport } from '../control/protocol.ts';
import { OrderButtons } from './order-buttons.tsx';
import { go } from './place.ts';
import { StateBadge } from './state-badge.tsx';
import type { Stores } from './stores.ts';
import { CpuChart, MemoryChart } from './usage-chart.tsx';

interface ServiceDetailProps {
  readonly service: ServiceSnapshot;
  readonly stores: Stores;
}

export function ServiceDetail({ service, stores }: ServiceDetailProps) {
  const { name, description, cpuPercent, memoryBytes, memoryLimitBytes } = service;
  const nowMs = stores.project.nowMs.value;
  return (
    <aside class="card detail" aria-label={`details of ${name}`}>
      <header>
        <h2>{name}</h2>
        <StateBadge service={service} nowMs={nowMs} />
        <button type="button" class="icon close" title="close (Esc)" aria-label="close" onClick={() => go('services')}>
          <svg viewBox="0 0 16 16" class="outlined" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      {description !== null && <p class="faint">{description}</p>}
      <div class="buttons">
        <OrderButtons service={service} stores={stores} isSmall={false} />
        <button type="button" class="button" onClick={() => showLogs(stores, name)}>
          logs
        </button>
      </div>
      <Why service={service} stores={stores} />
      <h3>
        CPU <span class="number">{formatPercent(cpuPercent)}</span>
      </h3>
      <CpuChart project={stores.project} service={service} isSmall={false} />
      <h3>
        memory{' '}
        <span class="number">
          {memoryBytes === null ? '-' : formatBytes(memoryBytes)}
          {memoryLimitBytes !== null && ` of ${formatBytes(memoryLimitBytes)}`}
        </span>
      </h3>
      <MemoryChart project={stores.project} service={service} isSmall={false} />
      <Facts service={service} nowMs={nowMs} />
    </aside>
  );
}

function showLogs({ logs }: Stores, name: string): void {
  logs.choose([name]);
  go('logs');
}

/** The chain of causes, asked for again whenever something happened to the service. */
function Why({ service, stores }: ServiceDetailProps) {
  const [report, setReport] = useState<WhyReport | null>(null);
  const { name, state, run, why } = service;
  useEffect(() => {
    let isCurrent = true;
    void stores.api.read<WhyReport>(`/v1/services/${encodeURIComponent(name)}/why`).then((reply) => {
      if (isCurrent && reply.ok) setReport(reply.value);
    });
    return () => {
      isCurrent = false;
    };
  }, [stores, name, state, run, why]);
  return (
    <ol class="chain">
      {report?.chain.map(({ text, at, place }) => (
        <li key={`${at}${text}`}>
          <span>{text}</span>
          <small>
            {at !== null && <time>{formatInstant(at)}</time>}
            {place !== null && <code>{place}</code>}
          </small>
        </li>
      ))}
      {report?.crashReport != null && (
        <li>
          <small>
            crash report <code>{report.crashReport}</code>
          </small>
        </li>
      )}
    </ol>
  );
}

function Facts({ service, nowMs }: { readonly service: ServiceSnapshot; readonly nowMs: number }) {
  const { type, pid, run, startedAt, restarts, attempt, maxAttempts, dependsOn, ports, outputs, logFile, droppedBytes } = service;
  const facts: readonly (readonly [string, string])[] = [
    ['process', pid === null ? '' : `${pid}, run ${run}`],
    ['up', pid === null || startedAt === null ? '' : `${formatElapsed(nowMs - startedAt)}, since ${formatInstant(startedAt)}`],
    ['restarts', `${restarts}${attempt > 0 ? `, attempt ${attempt}${maxAttempts === null ? '' : ` of ${maxAttempts}`}` : ''}`],
    ['type', type === 'job' ? 'job' : ''],
    ['depends on', dependsOn.join(', ')],
    [
      'ports',
      Object.entries(ports)
        .map(([key, port]) => `${key} ${port}`)
        .join(', '),
    ],
    ...Object.entries(outputs),
    ['not in the log', droppedBytes === 0 ? '' : formatBytes(droppedBytes)],
    ['log', logFile],
  ];
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>
              {/^https?:\/\/[^\s]+$/.test(value) ? (
                <a href={value} target="_blank" rel="noreferrer noopener">
                  {value}
                </a>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
    </dl>
  );
}
