import type { ReloadPlan } from '../control/protocol.ts';

const WORDS = {
  start: { text: 'starts', tone: 'good' },
  add: { text: 'is added, not started', tone: 'idle' },
  stop: { text: 'stops', tone: 'bad' },
  restart: { text: 'restarts', tone: 'warn' },
  live: { text: 'changes in place', tone: 'busy' },
  unchanged: { text: 'stays as it is', tone: 'idle' },
} as const;

/** What a reload of the file would do, as `omniroute plan` tells. */
export function PlanTable({ plan }: { readonly plan: ReloadPlan }) {
  const changes = plan.services.filter((change) => change.class !== 'unchanged');
  const untouched = plan.services.length - changes.length;
  const isEmpty = changes.length === 0 && plan.refused.length === 0 && plan.project.length === 0;
  return (
    <section class="card plan" aria-label="plan">
      <h3>what a reload would do</h3>
      {isEmpty && <p class="faint">nothing: the file says what runs</p>}
      {plan.refused.length > 0 && <p class="reason">refused, needs `down` and `up`: {plan.refused.join(', ')}</p>}
      {plan.project.length > 0 && <p>of the project: {plan.project.join(', ')}</p>}
      <ul>
        {changes.map((change) => (
          <li key={change.service}>
            <span class={`badge ${WORDS[change.class].tone}`}>{WORDS[change.class].text}</span> <strong>{change.service}</strong>{' '}
            {change.fields.map((field) => (
              <code key={field}>{field} </code>
            ))}
          </li>
        ))}
      </ul>
      {!isEmpty && untouched > 0 && <p class="faint">{untouched} others are not touched</p>}
    </section>
  );
}
