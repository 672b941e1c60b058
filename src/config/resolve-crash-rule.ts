import type { CrashAction, CrashCondition, CrashRule, LogCondition, Signal } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import type { FilledCrashActionFile, FilledCrashConditionFile, FilledCrashRuleFile, FilledLogConditionFile } from './filled-file.ts';
import { checkRegex } from './resolve-probe.ts';

export function resolveCrashRule(file: FilledCrashRuleFile, at: Cursor, service: string): CrashRule {
  return {
    name: file.name,
    when: resolveCondition(file.when, at.in('when')),
    then: file.then.map((action, index) => resolveAction(action, at.in('then', index), service)),
    atMost: file.at_most === undefined ? null : resolveRate(file.at_most, at.in('at_most')),
  };
}

function resolveCondition({ log, cause, exits, gave_up }: FilledCrashConditionFile, at: Cursor): CrashCondition {
  return {
    log: log ? resolveLogCondition(log, at.in('log')) : null,
    causes: cause ?? null,
    exits: (exits as (number | Signal)[] | undefined) ?? null,
    gaveUp: gave_up ?? null,
  };
}

function resolveLogCondition({ match, any_of, at_least, last_lines }: FilledLogConditionFile, at: Cursor): LogCondition {
  if ((match === undefined) === (any_of === undefined)) {
    at.report({ code: match === undefined ? 'missing-key' : 'conflict', message: '`log` needs either `match` or `any_of`' }, 'key');
  }
  const phrases = new Set((any_of ?? []).map((phrase) => phrase.toLowerCase()));
  const patterns = match === undefined ? [...phrases].map(literal) : [{ source: checkRegex(match, at.in('match')), flags: '' as const }];
  if (at_least > patterns.length && patterns.length > 0) {
    const of = patterns.length === 1 ? 'one pattern' : `${patterns.length} different phrases`;
    at.in('at_least').report({ code: 'never-holds', message: `at least ${at_least} of ${of} can never be found` });
  }
  return { patterns, atLeast: at_least, lastLines: last_lines };
}

function literal(phrase: string): { source: string; flags: 'i' } {
  return { source: phrase.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), flags: 'i' };
}

function resolveAction(action: FilledCrashActionFile, at: Cursor, service: string): CrashAction {
  const target = (name: string): string => (name === 'self' ? service : name);
  if (action.disable !== undefined) return { type: 'disable', service: target(action.disable) };
  if (action.retry !== undefined) return { type: 'retry', service: target(action.retry) };
  if (action.restart !== undefined) return { type: 'restart', service: target(action.restart) };
  if (action.fail !== undefined) return { type: 'fail', message: action.fail };
  if (action.wait_for_port !== undefined)
    return { type: 'wait-for-port', port: checkRulePort(String(action.wait_for_port), at.in('wait_for_port')) };
  if (action.wait !== undefined) return { type: 'wait', ms: at.in('wait').durationMs(action.wait) };
  return { type: 'keep-trying' };
}

function checkRulePort(port: string, at: Cursor): string {
  if (Number(port) > 65_535)
    at.report({ code: 'out-of-range', message: `\`${port}\` is no port`, hint: 'a port is a number from 1 to 65535' });
  return port;
}

function resolveRate(text: string, at: Cursor): { count: number; perMs: number } {
  const [, count, per] = /^(\d+) per (.+)$/.exec(text) ?? [];
  const perMs = at.durationMs(String(per).trim());
  return { count: Number(count), perMs };
}
