// Readiness and liveness, which are kubernetes' probes with seconds.
import type { HttpProbeFile, ServiceFile } from '../../config/file.ts';
import { type Field, meaningless, type Rules, without } from '../field.ts';
import { readUnits, writeMs } from '../quantity.ts';
import type { ProcessTexts } from './process-texts.ts';

interface ProbeKeys {
  http?: HttpProbeFile;
  exec?: { command: string[] };
  period?: string;
  timeout?: string;
  failure_threshold?: number;
}

/** What is not ready in time is ended there too: after the delay and so many failed attempts. */
export function readReadiness(field: Field, keys: ServiceFile, texts: ProcessTexts): void {
  const probe = readProbe(field, texts);
  if (probe === null) return;
  const seconds = (name: string, otherwise: number) => field.field(name)?.number() ?? otherwise;
  const isTimed = ['initial_delay_seconds', 'failure_threshold', 'period_seconds'].some((name) => field.field(name));
  const startMs = 1000 * (seconds('initial_delay_seconds', 0) + seconds('period_seconds', 10) * seconds('failure_threshold', 3));
  // An attempt may take a second there: with ours of ten one could outlast the whole start.
  const times = isTimed && startMs > 0 ? { timeout: probe.timeout ?? '1s', start_timeout: writeMs(startMs) } : {};
  keys.readiness = { ...keys.readiness, ...probe, ...times };
}

export function readLiveness(field: Field, keys: ServiceFile, texts: ProcessTexts): void {
  const probe = readProbe(field, texts);
  if (probe === null) return;
  field.field('initial_delay_seconds')?.lost('a service is looked after from the moment it is ready', 'give it `readiness`');
  keys.liveness = probe;
}

function readProbe(field: Field, texts: ProcessTexts): ProbeKeys | null {
  const probe: ProbeKeys = {};
  const rules: Rules = {
    exec: (each) => readExec(each, probe, texts),
    http_get: (each) => readHttp(each, probe, texts),
    period_seconds: (each) => Object.assign(probe, positive('period', readUnits(each, 1000))),
    timeout_seconds: (each) => Object.assign(probe, positive('timeout', readUnits(each, 1000))),
    failure_threshold: (each) => {
      const count = each.number();
      if (count) probe.failure_threshold = count;
    },
    success_threshold: (each) => {
      if ((each.number() ?? 1) > 1) each.lost('the first success counts');
    },
    initial_delay_seconds: meaningless,
  };
  field.follow(rules, `\`${field.name}\``);
  if (probe.http || probe.exec) return probe;
  field.lost('it checks nothing: it has neither `exec` nor `http_get`');
  return null;
}

function positive(key: string, duration: string | undefined): object {
  return duration === undefined || duration === '0s' ? {} : { [key]: duration };
}

function readExec(field: Field, probe: ProbeKeys, texts: ProcessTexts): void {
  const command = field.field('command');
  const text = command && texts.text(command);
  const folder = field.field('working_dir');
  const cwd = folder && texts.text(folder);
  if (!text) return field.wrong('needs a `command`');
  probe.exec = { command: texts.shell(cwd ? `cd '${cwd.replaceAll("'", "'\\''")}' && { ${text.trimEnd()}\n}` : text.trimEnd()) };
}

function readHttp(field: Field, probe: ProbeKeys, texts: ProcessTexts): void {
  const given: Record<string, string> = {};
  const read = (each: Field): void => {
    given[each.name] = texts.text(each)?.trim() ?? '';
  };
  const rules: Rules = {
    host: read,
    path: read,
    scheme: read,
    port: read,
    status_code: meaningless,
    headers: without('the address is asked without headers', '`exec` can ask with curl'),
  };
  field.follow(rules, '`http_get`');
  const { host, path, scheme, port } = given;
  const url = `${scheme || 'http'}://${host || '127.0.0.1'}${port ? `:${port}` : ''}${path ? path.replace(/^(?!\/)/, '/') : '/'}`;
  const status = field.field('status_code')?.number();
  probe.http = { url, ...(status === undefined ? { status: 200 } : { status }) };
}
