// How pm2 starts an app, how often, and what follows its end.
import type { RestartFile, ServiceFile } from '../../config/file.ts';
import { splitWords } from '../../config/words.ts';
import type { Draft, DraftService } from '../draft.ts';
import type { Field } from '../field.ts';
import { readUnits, writeMs } from '../quantity.ts';

/** By extension, as pm2 has them. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.ts': 'bun',
  '.tsx': 'bun',
  '.py': 'python',
  '.rb': 'ruby',
  '.sh': 'bash',
  '.php': 'php',
  '.pl': 'perl',
};
/** Where pm2's growing delay ends. */
const MAX_BACKOFF = '15s';

/** What stands before the script; nothing where it is a program itself. */
export function readInterpreter(app: Field, script: string): string[] {
  const given = (app.field('interpreter') ?? app.field('exec_interpreter'))?.text();
  const options = ['node_args', 'nodeArgs', 'interpreter_args', 'interpreterArgs'].flatMap((name) => {
    const field = app.field(name);
    return field === undefined ? [] : readWords(field);
  });
  const program = given ?? INTERPRETERS[/\.[a-z]+$/.exec(script)?.[0] ?? ''] ?? 'none';
  return program === 'none' ? [] : [program, ...options];
}

/** A list, or one text to be split. */
export function readWords(field: Field): string[] {
  if (field.node.kind === 'list') return field.texts();
  return splitWords(field.text() ?? '') ?? field.wrong('has a quote that is never closed') ?? [];
}

export function readRestart(keys: ServiceFile, app: Field): void {
  const restart: Exclude<RestartFile, string> = {};
  if (app.field('autorestart')?.flag() === false) restart.policy = 'never';
  const exits = app.field('stop_exit_codes');
  if (exits) {
    restart.policy ??= 'on-failure';
    keys.success_exit = (exits.node.kind === 'list' ? exits.items() : [exits]).flatMap((item) => item.number() ?? []);
  }
  const attempts = app.field('max_restarts');
  const limit = attempts?.number();
  if (limit === 0) attempts?.lost('no restart at all is `restart: never`');
  else if (limit !== undefined) Object.assign(restart, { max_attempts: limit, max_crashes: 'unlimited' });
  const uptime = app.field('min_uptime');
  const stableMs = uptime === undefined ? undefined : readUptimeMs(uptime);
  if (stableMs) restart.stable_after = writeMs(stableMs);
  const backoff = readBackoff(app);
  if (backoff) restart.backoff = backoff;
  if (Object.keys(restart).length > 0) keys.restart = restart;
}

function readBackoff(app: Field): Exclude<RestartFile, string>['backoff'] {
  const growing = app.field('exp_backoff_restart_delay');
  const initial = growing === undefined ? undefined : readUnits(growing, 1);
  if (initial !== undefined && initial !== '0s') return { first: initial, initial, factor: 1.5, max: MAX_BACKOFF };
  const fixed = app.field('restart_delay');
  const delay = fixed === undefined ? undefined : readUnits(fixed, 1);
  return delay === undefined || delay === '0s' ? undefined : { first: delay, initial: delay, factor: 1, max: delay, jitter: 0 };
}

/** Milliseconds, or a number of h, m or s. */
function readUptimeMs(field: Field): number | undefined {
  const [, amount, unit] = /^(\d+)([hms]?)$/.exec(field.text() ?? '') ?? [];
  if (amount === undefined) return field.wrong('must be milliseconds, or a length of time such as 10s');
  return Number(amount) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : unit === 's' ? 1000 : 1);
}

export function readInstances(service: DraftService, wanted: string, app: Field, draft: Draft): void {
  const field = app.field('instances');
  const text = field?.text();
  if (field === undefined || text === undefined || text === '1') return;
  const isCluster = /^cluster/.test(app.field('exec_mode')?.text() ?? '');
  if (isCluster)
    return field.lost(
      'processes of omniroute share no port but a socket that it holds for them',
      '`instances` and `sockets`, and `server.listen({ fd: 3 })` in the program',
    );
  const count = text === 'max' || text === '0' || text.startsWith('-') ? undefined : field.number();
  if (count === undefined) return field.lost('omniroute does not count processors', 'write how many there should be');
  const variable = app.field('instance_var')?.text() ?? 'NODE_APP_INSTANCE';
  draft.replicate(service, wanted, { count, variable });
}
