import { formatClock } from '../cli/render/humanize.ts';
import { findSpans } from './state-spans.ts';
import type { Stores } from './stores.ts';

const LONGEST_MS = 60 * 60_000;
const SHORTEST_MS = 60_000;
const WIDTH = 1000;

interface StateLanesProps {
  readonly stores: Stores;
  readonly selected: string | null;
  readonly onSelect: (service: string) => void;
}

/** A lane a service: what it was during the last hour, or since there is something to tell. */
export function StateLanes({ stores, selected, onSelect }: StateLanesProps) {
  const { entries, services, nowMs } = stores.project;
  const toMs = nowMs.value;
  const sinceMs = toMs - (entries.value[0]?.time ?? toMs);
  const lengthMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, sinceMs * 1.02));
  const fromMs = toMs - lengthMs;
  return (
    <section class="card lanes" aria-label="states over time">
      {services.value.map(({ name, state }) => (
        <button type="button" key={name} class={name === selected ? 'lane selected' : 'lane'} onClick={() => onSelect(name)}>
          <span class="lane-name">{name}</span>
          <svg viewBox={`0 0 ${WIDTH} 14`} preserveAspectRatio="none" role="img" aria-label={`${name} is ${state}`}>
            <rect class="ground" width={WIDTH} height="14" />
            {findSpans(entries.value, name, { fromMs, toMs }).map((span) => (
              <rect
                key={span.fromMs}
                class={span.tone}
                x={((span.fromMs - fromMs) / lengthMs) * WIDTH}
                width={Math.max(3, ((span.toMs - span.fromMs) / lengthMs) * WIDTH)}
                height="14"
              />
            ))}
          </svg>
        </button>
      ))}
      <div class="lane axis faint" aria-hidden="true">
        <span />
        <span>
          <span>{formatClock(fromMs).slice(0, 8)}</span>
          <span>{formatClock(fromMs + lengthMs / 2).slice(0, 8)}</span>
          <span>now</span>
        </span>
      </div>
    </section>
  );
}
