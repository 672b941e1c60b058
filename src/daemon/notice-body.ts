// What somebody is told: the JSON of a webhook, the environment of a command. Described in docs/notifications.md.
import type { NotificationEvent, NotificationTarget } from '../notification-spec.ts';
import type { ProjectSpec } from '../spec.ts';
import type { RecordedEntry } from '../supervisor/journal-entry.ts';
import type { Notice } from '../supervisor/notice.ts';

export interface NoticeText {
  /** JSON. */
  readonly body: string;
  readonly env: Readonly<Record<string, string>>;
}

const MAX_COMMAND_LENGTH = 60;

const SAYS: Readonly<Record<NotificationEvent, string>> = {
  failed: 'failed',
  recovered: 'recovered',
  'rolled-back': 'was rolled back',
};

/** Of the cause only its type: the rest may quote what a service printed. */
export function writeNotice({ event, entry, suppressed }: Notice, { name, dir }: ProjectSpec, host: string): NoticeText {
  const { seq, service, run, text, cause, time } = entry;
  // The entry of a recovery says only when it was ready, or which run has completed.
  const sentence = `${describeEvent(event, entry)}: ${event === 'recovered' ? `${entry.type} ` : ''}${text}`;
  const body = JSON.stringify({
    schema: 1,
    id: `${name}/${seq}`,
    event,
    project: name,
    service,
    run,
    text: sentence,
    cause: cause?.type ?? null,
    at: new Date(time).toISOString(),
    suppressed,
    host,
    dir,
  });
  const env = {
    OMNIROUTE_EVENT: event,
    OMNIROUTE_PROJECT: name,
    OMNIROUTE_SERVICE: service ?? '',
    OMNIROUTE_TEXT: sentence,
    OMNIROUTE_NOTIFICATION: body,
  };
  return { body, env };
}

export function describeEvent(event: NotificationEvent, { service }: RecordedEntry): string {
  return `${service} ${SAYS[event]}`;
}

/** For the journal. Of a webhook only its origin: the rest of the address is often the secret. */
export function describeTarget(target: NotificationTarget): string {
  if (target.type === 'webhook') return new URL(target.url).origin;
  const [program, option, line] = target.command;
  const text = program === '/bin/sh' && option === '-c' && line !== undefined ? line : target.command.join(' ');
  return `\`${text.slice(0, MAX_COMMAND_LENGTH)}\``;
}
