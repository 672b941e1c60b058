// Cron lines as other engines take them.
import type { Schedule } from '../spec.ts';

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

type Fields = readonly [second: string, minute: string, hour: string, day: string, month: string, weekday: string];

function fieldsOf(cron: string): Fields {
  const fields = (NICKNAMES[cron.trim().toLowerCase()] ?? cron).trim().split(/\s+/);
  return (fields.length === 5 ? ['0', ...fields] : fields) as unknown as Fields;
}

/** With five fields; `losesSeconds`: there were six, and the first one said something. */
export function writeCronLine({ cron }: Schedule): { readonly line: string; readonly losesSeconds: boolean } {
  const [second, ...five] = fieldsOf(cron);
  return { line: five.join(' '), losesSeconds: second !== '0' };
}

/** As systemd.time(7) writes it; null where it has no way to say that. */
export function writeCalendar({ cron, timezone }: Schedule): string | null {
  const [second, minute, hour, day, month, weekday] = fieldsOf(cron);
  // Where both are given, cron means either of them and systemd both.
  if (day !== '*' && weekday !== '*') return null;
  const days = weekday === '*' ? '' : translateDays(weekday);
  const date = [translate(month, 1), translate(day, 1)];
  const time = [hour, minute, second].map((field) => translate(field, 0));
  if (days === null || [...date, ...time].includes(null)) return null;
  return [days, `*-${date.join('-')}`, time.map((field) => field?.replace(/^\d$/, '0$&')).join(':'), timezone]
    .filter((part) => part !== '' && part !== null)
    .join(' ');
}

function translate(field: string, first: 0 | 1): string | null {
  const named = MONTHS.reduce((text, name, index) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'gi'), String(index + 1)), field);
  const items = named.split(',').map((item) => {
    if (/^\*$/.test(item)) return '*';
    if (/^\*\/\d+$/.test(item)) return `${first}${item.slice(1)}`;
    return /^\d+(-\d+)?(\/\d+)?$/.test(item) ? item.replace('-', '..') : null;
  });
  return items.includes(null) ? null : items.join(',');
}

function translateDays(field: string): string | null {
  const items = field.split(',').map((item) => {
    const ends = item.split('-').map(dayName);
    return ends.includes(null) || ends.length > 2 ? null : ends.join('..');
  });
  return items.includes(null) ? null : items.join(',');
}

function dayName(text: string): string | null {
  if (/^[0-7]$/.test(text)) return DAYS[Number(text)] ?? null;
  return DAYS.find((name) => name.toUpperCase() === text.toUpperCase()) ?? null;
}
