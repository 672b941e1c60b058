import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildEnvironment } from '../../src/process/environment.ts';
import type { ServiceSpec } from '../../src/spec.ts';

const MIB = 1024 * 1024;
const HEAP = { heapBytes: 512 * MIB, warnBytes: null, softBytes: null, hardBytes: null, periodMs: 2000 };

type Declared = Partial<Pick<ServiceSpec, 'env' | 'inheritEnv' | 'ports' | 'memory'>>;

function build(declared: Declared, inherited: Record<string, string | undefined> = {}): Record<string, string> {
  const spec = { env: {}, inheritEnv: 'all', ports: {}, memory: { ...HEAP, heapBytes: null }, ...declared } as ServiceSpec;
  return buildEnvironment(spec, inherited, 'shop/web/3/abc');
}

/** Without the marker, which is in every one. */
const MERGES: readonly [
  sentence: string,
  declared: Declared,
  inherited: Record<string, string | undefined>,
  expected: Record<string, string>,
][] = [
  ['everything is inherited but HOSTNAME', {}, { A: '1', HOSTNAME: 'box', B: undefined }, { A: '1' }],
  ['only the named variables are inherited', { inheritEnv: ['A', 'C'] }, { A: '1', B: '2' }, { A: '1' }],
  ['HOSTNAME is not inherited even by name', { inheritEnv: ['HOSTNAME'] }, { HOSTNAME: 'box' }, {}],
  ['HOSTNAME can be declared', { env: { HOSTNAME: '127.0.0.1' } }, { HOSTNAME: 'box' }, { HOSTNAME: '127.0.0.1' }],
  ['a declared variable beats an inherited one', { env: { A: '2' } }, { A: '1' }, { A: '2' }],
  ['values keep newlines and equals signs', { env: { A: 'x=1\ny=2' } }, {}, { A: 'x=1\ny=2' }],
  ['the only port is PORT', { ports: { http: 80 } }, {}, { PORT: '80', PORT_HTTP: '80' }],
  ['the first of several ports is PORT', { ports: { api: 1, http: 2 } }, {}, { PORT: '1', PORT_API: '1', PORT_HTTP: '2' }],
  ['a port name becomes a variable name', { ports: { 'web-socket.v2': 9 } }, {}, { PORT: '9', PORT_WEB_SOCKET_V2: '9' }],
  ["an inherited PORT is not the service's", { ports: { http: 80 } }, { PORT: '1' }, { PORT: '80', PORT_HTTP: '80' }],
  ['a declared PORT wins', { ports: { http: 80 }, env: { PORT: '1' } }, {}, { PORT: '1', PORT_HTTP: '80' }],
  ['the heap limit is in MiB', { memory: HEAP }, {}, { NODE_OPTIONS: '--max-old-space-size=512' }],
  ['the heap limit is appended', { memory: HEAP }, { NODE_OPTIONS: '--inspect' }, { NODE_OPTIONS: '--inspect --max-old-space-size=512' }],
  [
    'declared NODE_OPTIONS replace inherited ones',
    { memory: HEAP, env: { NODE_OPTIONS: '--a' } },
    { NODE_OPTIONS: '--b' },
    { NODE_OPTIONS: '--a --max-old-space-size=512' },
  ],
  ['no heap limit leaves NODE_OPTIONS alone', {}, { NODE_OPTIONS: '--inspect' }, { NODE_OPTIONS: '--inspect' }],
  [
    'a similar flag is no heap limit',
    { memory: HEAP },
    { NODE_OPTIONS: '--max-old-space-sizes' },
    { NODE_OPTIONS: '--max-old-space-sizes --max-old-space-size=512' },
  ],
];

for (const [sentence, declared, inherited, expected] of MERGES) {
  test(sentence, () => assert.deepEqual(build(declared, inherited), { ...expected, OMNIROUTE_RUN: 'shop/web/3/abc' }));
}

for (const flag of [
  '--max-old-space-size=64',
  '--max_old_space_size=64',
  '--max-old-space-size 64',
  '--x "--max-old-space-size=64"',
  '--max-old-space-size-percentage=50',
]) {
  test(`a heap limit set as ${flag} stays as it is`, () => {
    assert.equal(build({ memory: HEAP }, { NODE_OPTIONS: flag })['NODE_OPTIONS'], flag);
    assert.equal(build({ memory: HEAP, env: { NODE_OPTIONS: flag } })['NODE_OPTIONS'], flag);
  });
}

test('the marker cannot be replaced by a declared or an inherited one', () => {
  assert.equal(build({ env: { OMNIROUTE_RUN: 'mine' } }, { OMNIROUTE_RUN: 'outer/run' })['OMNIROUTE_RUN'], 'shop/web/3/abc');
});
