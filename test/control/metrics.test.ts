import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMetrics } from '../../src/control/metrics.ts';
import { ask } from './ask.ts';
import { FakeSupervision, fakeService, serve } from './fake-supervision.ts';

function render(supervision: FakeSupervision): string[] {
  return renderMetrics(supervision.snapshot({ usage: false }), supervision.crashCounts()).split('\n');
}

test('what a name or version holds cannot end its label', () => {
  const supervision = new FakeSupervision();
  supervision.services = [fakeService('a"b\\c\nd{}')];
  assert.ok(render(supervision).includes('omniroute_service_restarts_total{service="a\\"b\\\\c\\nd{}"} 2'));
});

test('exactly one state of a service is 1', () => {
  const supervision = new FakeSupervision();
  supervision.services = [fakeService('server', { state: 'backoff' })];
  const states = render(supervision).filter((line) => line.startsWith('omniroute_service_state{'));
  assert.equal(states.length, 9);
  assert.deepEqual(
    states.filter((line) => line.endsWith(' 1')),
    ['omniroute_service_state{service="server",state="backoff"} 1'],
  );
  assert.ok(render(supervision).includes('omniroute_service_up{service="server"} 0'));
});

test('crashes are counted by cause, and what was not measured has no sample', () => {
  const supervision = new FakeSupervision();
  supervision.crashes = [{ service: 'server', cause: 'oom-heap', count: 3 }];
  const lines = render(supervision);
  assert.ok(lines.includes('omniroute_service_crashes_total{service="server",cause="oom-heap"} 3'));
  assert.ok(!lines.some((line) => line.startsWith('omniroute_service_memory_bytes{')));
});

test('every line is a comment or a sample, each family is announced once and told in one block', () => {
  const lines = render(new FakeSupervision());
  assert.equal(lines.pop(), '');
  const families: string[] = [];
  for (const line of lines) {
    if (line.startsWith('# HELP ')) families.push(line.split(' ')[2] as string);
    else if (!line.startsWith('# TYPE '))
      assert.match(line, new RegExp(`^${families.at(-1)}(\\{\\w+="[^"]*"(,\\w+="[^"]*")*\\})? -?[\\d.e+]+$`));
  }
  assert.equal(new Set(families).size, families.length);
});

test('a scrape measures afresh and names its format', async (t) => {
  const { socket } = await serve(t);
  const answer = await ask(socket, '/v1/metrics');
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(answer.text, /^omniroute_service_cpu_ratio\{service="server"\} 0\.125$/m);
});
