import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineProject, type ForeignListener } from '../../src/doctor/project.ts';
import type { ReadinessSpec, ServiceSpec } from '../../src/spec.ts';
import { sampleProject } from '../supervisor/sample-spec.ts';

const LIMITED = { memory: { heapBytes: null, warnBytes: null, softBytes: null, hardBytes: 1024 ** 3, periodMs: 1000 } };
const READY: ReadinessSpec = {
  probes: [],
  log: null,
  outputs: [],
  notify: null,
  periodMs: 1000,
  timeoutMs: 1000,
  startTimeoutMs: null,
  failureThreshold: 3,
  failOn: [],
};
const examine = (services: Parameters<typeof sampleProject>[0], listeners: readonly ForeignListener[] = [], script: string | null = null) =>
  examineProject(sampleProject(services), (service, key) => `${service}/${key}`, {
    listeners,
    scriptOf: () => (script === null ? null : { path: 'start.sh', text: script }),
  });
const only = (change: Partial<ServiceSpec>, listeners: readonly ForeignListener[] = []) =>
  examine({ web: { ...LIMITED, ...change } as never }, listeners);

test('a service with readiness, a limit and a program of its own is beyond reproach', () => {
  assert.deepEqual(only({ readiness: { ...READY, probes: [{ type: 'http', url: 'http://127.0.0.1/', statuses: [] }] } }), []);
});

test('a service that others depend on and that has no readiness is named with the first of them', () => {
  const [finding] = examine({ db: LIMITED, web: { ...LIMITED, dependsOn: ['db'] } as never });
  assert.equal(finding?.subject, 'db');
  assert.match(finding?.text ?? '', /has no readiness, so web starts before it can serve/);
  assert.equal(finding?.place, 'db/readiness');
});

test('readiness by an open port alone is weak, with a line of the log beside it it is not', () => {
  const tcp = { ...READY, probes: [{ type: 'tcp', host: '127.0.0.1', port: 80 }] } as const;
  assert.match(only({ readiness: tcp })[0]?.text ?? '', /as soon as its port is open/);
  assert.deepEqual(only({ readiness: { ...tcp, log: { match: 'ready', stream: 'any' } } }), []);
});

test('a service without any limit on its memory is told, a job is not', () => {
  assert.match(examine({ web: {} })[0]?.text ?? '', /may take all the memory/);
  assert.deepEqual(examine({ web: { type: 'job' } }), []);
});

test('a taken port is a risk, with who has it and how to end that', () => {
  const [finding] = only({ ports: { http: 8080 } }, [{ port: 8080, pid: 4121, command: 'node' }]);
  assert.deepEqual(
    [finding?.level, finding?.text, finding?.fix],
    ['risk', 'port 8080 is taken by pid 4121 (node): the service will wait for it', 'kill 4121'],
  );
  assert.deepEqual(only({ ports: { http: 8081 } }, [{ port: 8080, pid: 4121, command: 'node' }]), []);
});

for (const [command, told] of [
  [['npm', 'start'], true],
  [['/usr/bin/yarn', 'dev'], true],
  [['/bin/sh', '-c', 'node server.js'], true],
  [['/bin/sh', '-c', 'exec node server.js'], false],
  [['bash', '-c', 'a | b'], false],
  [['sh', 'script.sh'], false],
  [['node', 'server.js'], false],
] as const) {
  test(`${command.join(' ')} is ${told ? 'a' : 'no'} wrapper that could go`, () => {
    assert.equal(only({ command: command as unknown as ServiceSpec['command'] }).length, told ? 1 : 0);
  });
}

for (const [script, fix, line] of [
  ['#!/bin/sh\nset -e\nexport A=1\nnode server.js "$@"\n', 'exec node server.js "$@"', 4],
  ['#!/bin/sh\nPORT=1 ./server \\\n  --verbose\n# the end\n', 'exec PORT=1 ./server --verbose', 2],
  ['#!/bin/sh\nexec node server.js\n', null, 0],
  ['#!/bin/sh\nnode a.js &\nnode b.js &\nwait\n', null, 0],
  ['#!/bin/sh\nnode a.js | tee log\n', null, 0],
  ['#!/bin/sh\nwhile true; do\n  node a.js\ndone\n', null, 0],
  ['', null, 0],
] as const) {
  test(`of the script ${JSON.stringify(script)} ${fix === null ? 'nothing' : 'its last line'} is told`, () => {
    const found = examine({ web: { ...LIMITED, command: ['./start.sh'] } as never }, [], script);
    assert.deepEqual(
      found.map((finding) => [finding.fix, finding.place]),
      fix === null ? [] : [[fix, `start.sh:${line}:1`]],
    );
  });
}
