import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderEntry, renderTalk } from '../../../src/cli/render/entry-line.ts';
import { renderFailure } from '../../../src/cli/render/failure.ts';
import { formatClock } from '../../../src/cli/render/humanize.ts';
import { renderServiceDetail } from '../../../src/cli/render/service-detail.ts';
import { summarizeServices } from '../../../src/cli/render/summary.ts';
import { renderWhy } from '../../../src/cli/render/why.ts';
import { formatTime } from '../../../src/logs/format.ts';
import { NOW_MS, PLAIN, sampleEntry, sampleService } from '../sample.ts';

test('an entry of the journal is one line with its time, whatever its text holds', () => {
  const entry = sampleEntry({ type: 'crashed', text: 'exit 1: "a\nb\u001b[2J"' });
  assert.equal(renderEntry(entry, { paint: PLAIN, nameWidth: 8 }), `${formatTime(NOW_MS)}  server    crashed     exit 1: "a b"\n`);
});

test('an entry about the project is about omniroute', () => {
  assert.match(renderEntry(sampleEntry({ service: null }), { paint: PLAIN, nameWidth: 9 }), / omniroute {2}ready/);
});

test("the supervisor's own words stand beside the services' lines", () => {
  assert.equal(
    renderTalk(sampleEntry({ type: 'ready', text: 'after 3 ms' }), { paint: PLAIN, nameWidth: 10 }),
    'omniroute  │ server ready: after 3 ms\n',
  );
  assert.equal(
    renderTalk(sampleEntry({ service: null, type: 'supervisor-stopping', text: 'SIGINT' }), { paint: PLAIN, nameWidth: 9 }),
    'omniroute │ supervisor stopping: SIGINT\n',
  );
});

test('why shows the newest cause first and the line of the file that led to it', () => {
  const text = renderWhy(
    {
      service: 'mitm',
      state: 'failed',
      chain: [
        { text: 'gave up after 10 attempts', at: NOW_MS, place: 'omniroute.yaml:17:5' },
        { text: 'exit 1: "Port 8443 already in use"', at: NOW_MS - 1000, place: null },
        { text: 'wanted since up', at: null, place: null },
      ],
      crashReport: '/state/mitm/crashes/1.txt',
    },
    { nowMs: NOW_MS, paint: PLAIN },
  );
  assert.equal(
    text,
    `mitm is failed
    ${formatClock(NOW_MS)}  gave up after 10 attempts  omniroute.yaml:17:5
  ← ${formatClock(NOW_MS - 1000)}  exit 1: "Port 8443 already in use"
  ←               wanted since up
  crash report: /state/mitm/crashes/1.txt
`,
  );
});

test('a cause of another day is told with its date', () => {
  const at = NOW_MS - 3 * 86_400_000;
  const text = renderWhy(
    { service: 'a', state: 'ready', chain: [{ text: 'x', at, place: null }], crashReport: null },
    { nowMs: NOW_MS, paint: PLAIN },
  );
  assert.match(text, /2026-11-20 \d\d:\d\d:\d\d/);
});

test('a service without a story says that there is nothing to explain', () => {
  assert.match(
    renderWhy({ service: 'a', state: 'stopped', chain: [], crashReport: null }, { nowMs: NOW_MS, paint: PLAIN }),
    /nothing to explain/,
  );
});

test('status tells the last end with exit, cause, and last words', () => {
  const end = {
    run: 4,
    cause: { type: 'oom-heap' as const },
    exit: { code: null, signal: 'SIGABRT' as const },
    at: NOW_MS - 60_000,
    uptimeMs: 3_600_000,
    lastLine: 'heap',
  };
  const text = renderServiceDetail(sampleService({ lastEnd: end, description: 'the gateway', ports: { http: 80 }, dependsOn: ['db'] }), {
    nowMs: NOW_MS,
    paint: PLAIN,
  });
  assert.match(text, /^server — the gateway\n/);
  assert.match(text, /last end +run 4, 1m ago after 1h00m: killed by SIGABRT, cause oom-heap: "heap"/);
  assert.match(text, /ports +http=80/);
  assert.match(text, /depends on +db/);
  assert.doesNotMatch(text, /outputs|memory/);
});

test('status says when omniroute acts next by itself', () => {
  const text = renderServiceDetail(
    sampleService({ state: 'backoff', pid: null, since: NOW_MS - 2000, nextAt: NOW_MS + 1500, attempt: 3 }),
    { nowMs: NOW_MS, paint: PLAIN },
  );
  assert.match(text, /state +backoff for 2s, acts in 1.5s/);
  assert.match(text, /3 of 10 attempts used/);
});

test('status does not count the crash after which it gave up as an attempt', () => {
  const text = (attempt: number, maxAttempts: number | null) =>
    renderServiceDetail(sampleService({ attempt, maxAttempts }), { nowMs: NOW_MS, paint: PLAIN });
  assert.match(text(2, 1), / 1 of 1 attempts used/);
  assert.match(text(11, null), / 11 of unlimited attempts used/);
});

test('a failure comes with its reason, its last words and where the rest is', () => {
  const service = sampleService({ name: 'mitm', state: 'failed', why: 'exit 1: "busy"' });
  assert.equal(
    renderFailure(service, { lastLines: ['Port busy', '\u001b[31mbye\u001b[0m'], crashReport: '/c.txt', paint: PLAIN }),
    `mitm is failed: exit 1: "busy"
  | Port busy
  | bye
  crash report: /c.txt
  more: omniroute why mitm, omniroute logs mitm
`,
  );
});

test('a summary groups services by state and tells the outputs that people wait for', () => {
  const services = [
    sampleService(),
    sampleService({ name: 'mitm' }),
    sampleService({ name: 'migrate', type: 'job', state: 'completed' }),
    sampleService({ name: 'tunnel', outputs: { url: 'https://a.example' } }),
  ];
  assert.equal(summarizeServices(services), 'server, mitm, tunnel ready; migrate completed\ntunnel url: https://a.example');
});

test('a disabled service is told as such, with the way back', () => {
  const service = sampleService({ name: 'mitm', state: 'waiting', enabled: false, why: 'disabled by cli' });
  assert.equal(summarizeServices([service]), 'mitm disabled');
  assert.match(
    renderFailure(service, { lastLines: [], crashReport: null, paint: PLAIN }),
    /^mitm is waiting: disabled by cli\n {2}let it run again: omniroute enable mitm\n/,
  );
});

test('a summary of a hundred services stays one line', () => {
  const services = Array.from({ length: 100 }, (_, at) => sampleService({ name: `s${at}` }));
  assert.equal(summarizeServices(services), 's0, s1, s2, s3, s4, s5, s6 and 93 more ready');
});

test('a summary of nothing says so', () => {
  assert.equal(summarizeServices([]), 'nothing to do');
});
