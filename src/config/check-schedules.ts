// Runs that could never begin: a cron line without an instant, an occasion that nothing brings about.
import { Cron } from 'croner';
import type { Schedule, ServiceSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';

const EXAMPLE = 'minute, hour, day of month, month, day of week: `0 2 * * *` is every night at two';

export function checkSchedules(service: ServiceSpec, at: Cursor): void {
  if (service.schedule !== null) checkSchedule(service.schedule, service, at.in('schedule'));
  if (service.start === 'on-demand') checkOnDemand(service, at);
}

function checkSchedule(schedule: Schedule, { type }: ServiceSpec, at: Cursor): void {
  if (type !== 'job') {
    const hint = 'write `type: job`; what runs on and on needs no schedule';
    at.report({ code: 'conflict', message: 'only a job can have a schedule: a service is never done', hint }, 'key');
  }
  const { cron, timezone } = schedule;
  if (timezone !== null && !isTimezone(timezone)) {
    const hint = 'write an IANA name such as Europe/Berlin, America/New_York or UTC';
    return at.in('timezone').report({ code: 'bad-timezone', message: `there is no time zone \`${timezone}\``, hint });
  }
  const problem = findCronProblem(cron, timezone);
  if (problem !== null) at.in('cron').report(problem);
}

function findCronProblem(cron: string, timezone: string | null): { code: string; message: string; hint: string } | null {
  try {
    const line = new Cron(cron, { mode: '5-or-6-parts', ...(timezone === null ? {} : { timezone }) });
    if (line.nextRun() !== null) return null;
    return { code: 'never-fires', message: `\`${cron}\` names an instant that never comes`, hint: 'is there such a day in such a month?' };
  } catch (error) {
    const reason = (error as Error).message.replace(/^Cron\w*: /, '');
    return { code: 'bad-cron', message: `\`${cron}\` is no cron line: ${reason}`, hint: EXAMPLE };
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Only TCP sockets tell, on Linux, that somebody waits at them. */
function checkOnDemand({ type, sockets }: ServiceSpec, at: Cursor): void {
  const report = (message: string, hint: string): void => at.in('start').report({ code: 'conflict', message, hint });
  if (type === 'job') report('a job cannot start on demand', 'take `start` out, or give the job a `schedule`');
  else if (!sockets.some(({ address }) => address.type === 'tcp'))
    report(
      '`start: on-demand` waits for a connection, and the service has no TCP socket that omniroute holds',
      'add `sockets: {http: {listen: "127.0.0.1:8080"}}`',
    );
  else if (process.platform !== 'linux')
    report('`start: on-demand` needs Linux: no other system tells of waiting connections', 'take it out');
}
