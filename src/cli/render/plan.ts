import type { ReloadPlan } from '../../control/protocol.ts';
import type { Paint } from '../screen.ts';
import { padText } from './text-width.ts';

const MARKS = { start: '+', add: '+', stop: '-', restart: '~', live: '.' } as const;

const NOT_STARTED = 'not started: by its profiles, or disabled';

/** What a reload changes: `~ server  restart  command, env.PORT`. Empty where it changes nothing. */
export function renderPlan(plan: ReloadPlan, paint: Paint): string {
  const lines: string[] = [];
  const nameWidth = Math.max(0, ...plan.services.map((change) => change.service.length));
  for (const key of plan.refused)
    lines.push(paint.red(`! ${key} cannot change while the project runs: \`omniroute down\`, then \`omniroute up\``));
  for (const key of plan.project) lines.push(paint.cyan(`. ${key}: applied in place`));
  for (const change of plan.services) {
    if (change.class === 'unchanged') continue;
    const color = { start: paint.green, add: paint.dim, stop: paint.red, restart: paint.yellow, live: paint.cyan }[change.class];
    lines.push(
      color(
        `${MARKS[change.class]} ${padText(change.service, nameWidth, 'right')}  ${padText(change.class, 7, 'right')}  ${change.class === 'add' ? NOT_STARTED : change.fields.join(', ')}`.trimEnd(),
      ),
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `1 to start, 2 to restart, 3 unchanged` */
export function summarizePlan(plan: ReloadPlan): string {
  const classes = ['start', 'add', 'restart', 'live', 'stop', 'unchanged'] as const;
  const words = {
    start: 'to start',
    add: 'added, not started',
    restart: 'to restart',
    live: 'changed in place',
    stop: 'to stop',
    unchanged: 'unchanged',
  };
  const parts = classes.map((each) => ({ each, number: plan.services.filter((change) => change.class === each).length }));
  return (
    parts
      .filter(({ number }) => number > 0)
      .map(({ each, number }) => `${number} ${words[each]}`)
      .join(', ') || 'no services'
  );
}

export function changesNothing(plan: ReloadPlan): boolean {
  return plan.refused.length === 0 && plan.project.length === 0 && plan.services.every((change) => change.class === 'unchanged');
}
