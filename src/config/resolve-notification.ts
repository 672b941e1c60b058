import type { NotificationSpec, NotificationTarget } from '../notification-spec.ts';
import type { Cursor } from './cursor.ts';
import type { FilledNotificationFile, FilledWebhookFile } from './filled-file.ts';
import { resolveCommand } from './resolve-command.ts';

/** Null, with the reason reported, where it does not say whom to tell. */
export function resolveNotification(file: FilledNotificationFile, at: Cursor): NotificationSpec | null {
  const target = resolveTarget(file, at);
  const times = {
    timeoutMs: at.in('timeout').durationMs(file.timeout),
    repeatAfterMs: at.in('repeat_after').durationMs(file.repeat_after),
  };
  return target && { on: [...new Set(file.on)], services: file.services ?? null, target, attempts: file.attempts, ...times };
}

function resolveTarget(file: FilledNotificationFile, at: Cursor): NotificationTarget | null {
  const { webhook } = file;
  const runs = file.command !== undefined || file.shell !== undefined;
  if (webhook !== undefined && runs) {
    at.in('webhook').report({ code: 'conflict', message: '`webhook` and a command are two ways of telling: make them two entries' }, 'key');
    return null;
  }
  if (webhook !== undefined) return resolveWebhook(webhook, at.in('webhook'));
  if (!runs) at.report({ code: 'missing-key', message: 'a notification needs `webhook`, `command` or `shell`' });
  const command = resolveCommand(file, at);
  return command && { type: 'command', command };
}

function resolveWebhook({ url, headers }: FilledWebhookFile, at: Cursor): NotificationTarget | null {
  const hint = 'as in https://hooks.example.org/ops';
  if (!/^https?:$/.test(parseProtocol(url))) {
    at.in('url').report({ code: 'bad-url', message: `\`${url}\` is no http or https address`, hint });
    return null;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      at.in('headers', name).report({ code: 'bad-value', message: `\`${name}\` cannot be the name of a header` }, 'key');
    // What Node refuses to send: control characters, and what is not Latin-1.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      at.in('headers', name).report({
        code: 'bad-value',
        message: `the value of the header \`${name}\` holds a character that no header can`,
      });
  }
  return { type: 'webhook', url, headers };
}

function parseProtocol(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
