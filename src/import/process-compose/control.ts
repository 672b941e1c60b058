// What follows the end of a process, how it is stopped, and what restarts it.
import type { ServiceFile } from '../../config/file.ts';
import { type Field, type Rules, without } from '../field.ts';
import { readUnits } from '../quantity.ts';
import { signalName } from '../signals.ts';
import type { ProcessTexts } from './process-texts.ts';

const POLICIES = { always: 'always', on_failure: 'on-failure', exit_on_failure: 'never', no: 'never', false: 'never' } as const;

/** `restart` is `no` by default there. */
export function readAvailability(field: Field, keys: ServiceFile): void {
  const restart: Exclude<ServiceFile['restart'], string | undefined> = {};
  const rules: Rules = {
    restart: (each) => {
      const text = each.text()?.replace('-', '_') ?? '';
      if (!Object.hasOwn(POLICIES, text)) return each.wrong(`must be one of always, on_failure, exit_on_failure, no`);
      restart.policy = POLICIES[text as keyof typeof POLICIES];
      if (text === 'exit_on_failure')
        each.changed('it stays failed, and the other services go on', '`optional` and `depends_on` say what matters');
    },
    backoff_seconds: (each) => {
      const delay = readUnits(each, 1000);
      if (delay && delay !== '0s') restart.backoff = { first: delay, initial: delay, factor: 1, max: delay, jitter: 0 };
    },
    max_restarts: (each) => {
      const limit = each.number();
      if (limit !== undefined) Object.assign(restart, { max_attempts: limit || 'unlimited', max_crashes: 'unlimited' });
    },
    exit_on_end: without('the end of one service does not stop the others'),
    exit_on_skipped: without('a service that waits for a failed one goes on waiting'),
  };
  field.follow(rules, '`availability`');
  keys.restart = { policy: 'never', ...restart };
}

export function readShutdown(field: Field, keys: ServiceFile, texts: ProcessTexts): void {
  const stop: NonNullable<ServiceFile['stop']> = {};
  const rules: Rules = {
    command: (each) => {
      const text = texts.text(each);
      if (text) stop.command = texts.shell(text.trimEnd());
    },
    timeout_seconds: (each) => {
      const grace = readUnits(each, 1000);
      if (grace !== undefined) stop.grace_period = grace;
    },
    signal: (each) => {
      const number = each.number();
      const signal = number === undefined ? undefined : signalName(number);
      if (signal) stop.signal = signal;
      else if (number !== undefined) each.wrong('must be the number of a signal, from 1 to 31');
    },
    parent_only: (each) => {
      if (each.flag()) each.lost('the signal goes to the whole process group');
    },
    send_keys: without('services have no standard input', '`stop.signal` or `stop.command`'),
  };
  field.follow(rules, '`shutdown`');
  if (Object.keys(stop).length > 0) keys.stop = stop;
}

export function readWatch(field: Field, keys: ServiceFile, texts: ProcessTexts): void {
  const paths: string[] = [];
  const ignore: string[] = [];
  const ofPath: Rules = {
    path: (each) => paths.push(texts.text(each) ?? '.'),
    exclude: (each) => ignore.push(...each.texts()),
    include: without('whole folders are watched', 'say what is left out, in `watch.ignore`'),
  };
  const rules: Rules = {
    paths: (each) => {
      for (const item of each.items()) {
        if (item.node.kind === 'scalar') paths.push(texts.text(item) ?? '.');
        else item.follow(ofPath, '`watch.paths`');
      }
    },
    cascade: without('dependents choose for themselves', '`depends_on: {NAME: {restart: always}}`'),
    debounce: without('changes of files are gathered for 100 ms'),
    max_entries: without('there is no such limit'),
    buffer_size: without('there is no such limit'),
    disable_default_excludes: without('nothing is left out by default', '`watch.ignore`'),
  };
  field.follow(rules, '`watch`');
  if (paths.length > 0) keys.watch = { paths, ignore };
}
