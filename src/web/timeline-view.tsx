import { useState } from 'preact/hooks';
import { formatClock } from '../cli/render/humanize.ts';
import type { RecordedEntry } from '../control/protocol.ts';
import { StateLanes } from './state-lanes.tsx';
import type { Stores } from './stores.ts';

const MAX_SHOWN = 400;

const TONE_OF: Readonly<Partial<Record<RecordedEntry['type'], string>>> = {
  ready: 'good',
  completed: 'good',
  'reload-settled': 'good',
  adopted: 'good',
  starting: 'busy',
  stopping: 'busy',
  waiting: 'busy',
  backoff: 'warn',
  unready: 'warn',
  rule: 'warn',
  'memory-warning': 'warn',
  'rolled-back': 'warn',
  'log-dropped': 'warn',
  'pattern-dropped': 'warn',
  crashed: 'bad',
  failed: 'bad',
  lost: 'bad',
  'hook-failed': 'bad',
  'config-invalid': 'bad',
  'reload-refused': 'bad',
  'straggler-left': 'bad',
  'listen-failed': 'bad',
};

export function TimelineView({ stores }: { readonly stores: Stores }) {
  const [service, setService] = useState<string | null>(null);
  const { entries, services } = stores.project;
  const chosen = entries.value.filter((entry) => service === null || entry.service === service);
  return (
    <div class="main">
      <StateLanes stores={stores} selected={service} onSelect={(name) => setService(name === service ? null : name)} />
      <section class="card">
        <div class="tools">
          <label>
            <span class="visually-hidden">service</span>
            <select value={service ?? ''} onChange={({ currentTarget }) => setService(currentTarget.value || null)}>
              <option value="">everything</option>
              {services.value.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <span class="faint">
            {chosen.length > MAX_SHOWN ? `the last ${MAX_SHOWN} of ${chosen.length} entries` : `${chosen.length} entries`}, the newest first
          </span>
        </div>
        <ol class="timeline">
          {chosen
            .slice(-MAX_SHOWN)
            .reverse()
            .map((entry) => (
              <li key={entry.seq} class={TONE_OF[entry.type] ?? 'idle'}>
                <time title={new Date(entry.time).toString()}>{formatClock(entry.time).slice(0, 8)}</time>
                <span class="who">{entry.service ?? 'omniroute'}</span>
                <span class="what">{entry.type}</span>
                <span class="text">{entry.text}</span>
              </li>
            ))}
        </ol>
      </section>
    </div>
  );
}
