// When a service counts as ready, and when as alive.
import type { LivenessSpec, LogPattern, Probe, ReadinessSpec, StatusRange } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import type { FilledHttpProbeFile, FilledLivenessFile, FilledLogPatternFile, FilledReadinessFile } from './filled-file.ts';
import { resolveWords } from './resolve-command.ts';
import { didYouMean } from './suggestion.ts';

type ProbeFile = Pick<FilledReadinessFile, 'http' | 'tcp' | 'exec'>;

export function resolveReadiness(file: FilledReadinessFile, at: Cursor, outputs: readonly string[]): ReadinessSpec {
  const probes = resolveProbes(file, at);
  const checked = ['http', 'tcp', 'exec', 'log', 'outputs', 'notify'].some((key) => key in file);
  if (!checked) {
    const hint = 'give it `http`, `tcp`, `exec`, `log`, `outputs` or `notify`, or take it out: a service without it is ready at once';
    at.report({ code: 'missing-key', message: '`readiness` checks nothing', hint }, 'key');
  }
  for (const [index, name] of (file.outputs ?? []).entries()) {
    if (outputs.includes(name)) continue;
    at.in('outputs', index).report({
      code: 'unknown-output',
      message: `the service has no output \`${name}\`${didYouMean(name, outputs)}`,
    });
  }
  return {
    probes,
    log: file.log ? resolveLogPattern(file.log, at.in('log')) : null,
    outputs: file.outputs ?? [],
    notify: file.notify ?? null,
    periodMs: at.in('period').durationMs(file.period),
    timeoutMs: at.in('timeout').durationMs(file.timeout),
    startTimeoutMs: file.start_timeout === 'unlimited' ? null : at.in('start_timeout').durationMs(file.start_timeout),
    failureThreshold: file.failure_threshold,
    failOn: file.fail_on.map((source, index) => checkRegex(source, at.in('fail_on', index))),
  };
}

/** Null where it is not exactly one check. */
export function resolveLiveness(file: FilledLivenessFile, at: Cursor): LivenessSpec | null {
  const probes = resolveProbes(file, at);
  const given = ['http', 'tcp', 'exec'].filter((key) => key in file);
  if (given.length !== 1) {
    at.report(
      { code: given.length === 0 ? 'missing-key' : 'conflict', message: '`liveness` needs exactly one of `http`, `tcp` and `exec`' },
      'key',
    );
  }
  const [probe] = probes;
  if (!probe) return null;
  return {
    probe,
    periodMs: at.in('period').durationMs(file.period),
    timeoutMs: at.in('timeout').durationMs(file.timeout),
    failureThreshold: file.failure_threshold,
  };
}

function resolveProbes({ http, tcp, exec }: ProbeFile, at: Cursor): Probe[] {
  const probes: Probe[] = [];
  if (http)
    probes.push({
      type: 'http',
      url: checkUrl(http.url, at.in('http', 'url')),
      statuses: resolveStatuses(http.status, at.in('http', 'status')),
    });
  if (tcp) probes.push({ type: 'tcp', host: tcp.host, port: Number(tcp.port) });
  const command = exec && resolveWords(exec.command, at.in('exec', 'command'));
  if (command) probes.push({ type: 'exec', command });
  return probes;
}

function checkUrl(url: string, at: Cursor): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    at.report({
      code: 'bad-url',
      message: `\`${url}\` is not the address of an HTTP server`,
      hint: 'write for example http://127.0.0.1:8080/health',
    });
  }
  return url;
}

function resolveStatuses(status: FilledHttpProbeFile['status'], at: Cursor): StatusRange[] {
  return [status].flat().map((each) => {
    const [min = 0, max = min] = String(each).split('-').map(Number);
    if (min > max) at.report({ code: 'bad-value', message: `\`${each}\` runs backwards`, hint: `write ${max}-${min}` });
    return { min, max };
  });
}

export function resolveLogPattern({ match, stream }: FilledLogPatternFile, at: Cursor): LogPattern {
  return { match: checkRegex(match, at.in('match')), stream };
}

/** The expression itself; one that does not compile is reported. */
export function checkRegex(source: string, at: Cursor): string {
  try {
    new RegExp(source);
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, '');
    at.report({
      code: 'bad-regex',
      message: `this regular expression does not compile: ${reason}`,
      hint: 'a special character is taken literally after `\\`',
    });
  }
  return source;
}
