// When process-compose starts a process by the clock: a cron line, or every so often.
import type { ServiceFile } from '../../config/file.ts';
import type { Field } from '../field.ts';
import type { ProcessTexts } from './process-texts.ts';

const UNITS: Readonly<Record<string, { readonly perNext: number; line(every: string): string }>> = {
  s: { perNext: 60, line: (every) => `${every} * * * * *` },
  m: { perNext: 60, line: (every) => `${every} * * * *` },
  h: { perNext: 24, line: (every) => `0 ${every} * * *` },
};

export function readSchedule(field: Field, keys: ServiceFile, texts: ProcessTexts): void {
  const interval = field.field('interval');
  const given = field.field('cron');
  const cron = given ? texts.text(given) : interval && readInterval(interval);
  if (cron === undefined) return;
  keys.type = 'job';
  keys.restart = 'never';
  const timezone = field.field('timezone')?.text();
  keys.schedule = timezone === undefined ? { cron } : { cron, timezone };
  const runs = field.field('run_on_start');
  if (runs?.flag() === true) runs.lost('it runs when its time comes', '`omniroute start NAME` runs it at once');
  const most = field.field('max_concurrent');
  if ((most?.number() ?? 1) > 1) most?.changed('a run that goes on is not joined by another: the next one is skipped', '`overlap: queue`');
}

/** Whole parts of a minute, an hour or a day: a cron line can say no more. */
function readInterval(field: Field): string | undefined {
  const [, digits = '', unit = ''] = /^(\d+)([smh])$/.exec(field.text() ?? '') ?? [];
  const every = Number(digits);
  const known = UNITS[unit];
  if (known && every > 0 && known.perNext % every === 0) return known.line(every === 1 ? '*' : `*/${every}`);
  return field.lost('a schedule is a cron line, and none says this', 'write one that is near to it: `schedule: "*/5 * * * *"`');
}
