import { parseDuration } from '../../config/duration.ts';
import type { ServiceFile } from '../../config/file.ts';
import { type Field, meaningless, type Rules } from '../field.ts';
import { readGoDuration, writeMs } from '../quantity.ts';
import { splitPlainLine } from '../shell-line.ts';
import { translateVariables } from '../variables.ts';

type Readiness = NonNullable<ServiceFile['readiness']>;

/** A container that is unhealthy is not restarted, so this is readiness. */
export function readHealthcheck(field: Field, keys: ServiceFile): void {
  if (field.field('disable')?.flag()) return;
  const test = field.field('test');
  const command = test && readTest(test);
  const readiness: Readiness = {};
  const duration = (key: 'period' | 'timeout') => (each: Field) => {
    const value = readGoDuration(each);
    if (value !== undefined && value !== '0s') readiness[key] = value;
  };
  const rules: Rules = {
    test: meaningless,
    disable: meaningless,
    interval: duration('period'),
    timeout: duration('timeout'),
    retries: (each) => {
      const count = each.number();
      if (count) readiness.failure_threshold = count;
    },
    start_period: (each) => {
      const period = readGoDuration(each);
      if (period !== undefined && period !== '0s') readiness.start_timeout = startTimeout(period, readiness);
    },
    start_interval: (each) => each.lost('one period holds before and after the service is ready'),
  };
  field.follow(rules, '`healthcheck`');
  if (command?.length) keys.readiness = { exec: { command }, ...readiness };
  else if (command === undefined) field.lost('its `test` is in the image');
}

/** Unhealthy after the period and so many failed attempts: from then on nothing waits for it any more. */
function startTimeout(startPeriod: string, { period = '30s', failure_threshold = 3 }: Readiness): string {
  const [start, each] = [parseDuration(startPeriod), parseDuration(period)];
  return typeof start === 'number' && typeof each === 'number' ? writeMs(start + each * failure_threshold) : startPeriod;
}

/** argv; empty for NONE. */
function readTest(test: Field): string[] | undefined {
  if (test.node.kind === 'scalar') return inShell(translateVariables(test.text() ?? '', test));
  const [kind, ...words] = test.texts().map((word) => translateVariables(word, test));
  if (kind === 'NONE') return [];
  if (kind === 'CMD' && words.length > 0) return words;
  if (kind === 'CMD-SHELL' && words.length === 1) return inShell(words[0] as string);
  return test.wrong('must begin with CMD, CMD-SHELL or NONE');
}

function inShell(line: string): string[] {
  return [...(splitPlainLine(line) ?? ['/bin/sh', '-c', line])];
}
