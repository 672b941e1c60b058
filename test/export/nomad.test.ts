import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeHcl } from '../../src/export/hcl.ts';
import { exportShop } from './shop.ts';

test('a task a service, on one network, with what it needs', (t) => {
  const text = exportShop(t, 'nomad').files['shop.nomad.hcl'] ?? '';
  const tasks = [...text.matchAll(/^ {4}task "(\w+)" \{\n([^]*?)^ {4}\}$/gm)].map(([, name, body]) => [name, body] as const);
  assert.deepEqual(
    tasks.map(([name]) => name),
    ['db', 'seed', 'migrate', 'web', 'nightly'],
  );
  const bodies = Object.fromEntries(tasks);
  assert.match(bodies['db'] ?? '', /kill_signal = "SIGINT"\n +kill_timeout = "30s"/);
  assert.match(bodies['db'] ?? '', /restart \{\n +attempts = 3\n +interval = "60s"\n +delay = "2s"\n +mode = "delay"/);
  assert.match(bodies['db'] ?? '', /resources \{\n +memory = 256\n/);
  assert.match(bodies['seed'] ?? '', /hook = "prestart"/);
  assert.match(bodies['migrate'] ?? '', /hook = "poststart"[^]*: > \/alloc\/tmp\/migrate\.done/);
  assert.match(bodies['web'] ?? '', /until \[ -e \/alloc\/tmp\/migrate\.done \]/);
  assert.match(bodies['web'] ?? '', /type = "http"\n +port = "web_http"\n +path = "\/live"[^]*check_restart \{\n +limit = 6/);
  assert.match(text, /mode = "bridge"/);
});

test('values are quoted so that nothing in them is an expression', () => {
  const text = writeHcl({
    kind: 'a',
    label: 'b',
    attributes: { c: 'x ${d} %{e} "f"\n', g: ['$h'], i: 1, j: undefined, k: { 'l.m': 'n' } },
  });
  assert.equal(text, 'a "b" {\n  c = "x $${d} %%{e} \\"f\\"\\n"\n  g = ["$h"]\n  i = 1\n  k = { "l.m" = "n" }\n}\n');
});

test('everything that Nomad has no notion of is told', (t) => {
  assert.deepEqual(exportShop(t, 'nomad').lost, [
    'db memory.soft',
    'db readiness',
    'web crash_rules',
    'web env',
    'web hooks.post_exit',
    'web hooks.pre_start',
    'web hooks.pre_stop',
    'web success_exit',
    'web watch',
  ]);
});
