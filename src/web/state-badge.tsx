import { formatRemaining } from '../cli/render/humanize.ts';
import type { ServiceSnapshot } from '../control/protocol.ts';

/** How a state looks: by what it asks of whoever looks. */
export const TONES = {
  ready: 'good',
  completed: 'good',
  starting: 'busy',
  stopping: 'busy',
  waiting: 'busy',
  backoff: 'warn',
  unready: 'warn',
  failed: 'bad',
  stopped: 'idle',
} as const satisfies Record<ServiceSnapshot['state'], string>;

export function StateDot({ state }: { readonly state: ServiceSnapshot['state'] }) {
  return <span class={`dot ${TONES[state]}`} aria-hidden="true" />;
}

/** The state in words, with what is counted down. */
export function StateBadge({ service, nowMs }: { readonly service: ServiceSnapshot; readonly nowMs: number }) {
  const { state, nextAt, enabled } = service;
  const counts = nextAt !== null && (state === 'backoff' || state === 'failed');
  return (
    <span class={`badge ${TONES[state]}`}>
      {enabled ? state : 'disabled'}
      {counts && <span class="count"> {formatRemaining(nextAt - nowMs)}</span>}
    </span>
  );
}
