import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineMachine } from '../../src/doctor/machine.ts';
import { type MachineFacts, readMachineFacts } from '../../src/doctor/machine-facts.ts';
import type { ProjectSpec } from '../../src/spec.ts';
import { sampleProject } from '../supervisor/sample-spec.ts';

const FINE: MachineFacts = {
  platform: 'linux',
  nodeVersion: '24.1.0',
  runtimeFolder: { path: '/run/user/1000/omniroute', isInMemory: true },
  hasMkfifo: true,
  seesAllProcesses: true,
  cgroups: { obstacle: null, limitsMemory: true, killsAtOnce: true, slowMount: null },
  fileWatches: { watches: 524_288, instances: 512 },
  descriptors: 1_048_576,
  freeBytes: 50 * 1024 ** 3,
};
const PROJECT = sampleProject({ a: {}, b: { watch: { paths: ['/src'], ignore: [], action: { type: 'restart' } } } });

test('of a machine that has it all nothing but good is said', () => {
  assert.deepEqual([...new Set(examineMachine(FINE, PROJECT).map(({ level }) => level))], ['good']);
});

for (const [what, change, level, subject] of [
  ['an old Node', { nodeVersion: '20.19.0' }, 'note', 'node'],
  ['another system', { platform: 'darwin' }, 'note', 'node'],
  ['no runtime folder', { runtimeFolder: null }, 'note', 'runtime folder'],
  ['a runtime folder on a disk', { runtimeFolder: { path: '/run/x', isInMemory: false } }, 'note', 'runtime folder'],
  ['no mkfifo', { hasMkfifo: false }, 'risk', 'mkfifo'],
  ['hidden processes', { seesAllProcesses: false }, 'note', 'processes'],
  ['no /proc', { seesAllProcesses: null }, 'note', 'processes'],
  ['few descriptors', { descriptors: 256 }, 'risk', 'descriptors'],
  ['few watchers', { fileWatches: { watches: 524_288, instances: 16 } }, 'note', 'file watches'],
  ['few watches for a watched tree', { fileWatches: { watches: 1024, instances: 512 } }, 'note', 'file watches'],
  ['a disk that logs could fill', { freeBytes: 1024 ** 2 }, 'note', 'disk'],
] as const satisfies readonly (readonly [string, Partial<MachineFacts>, 'note' | 'risk', string])[]) {
  test(`${what} is a ${level}, and the rest is good`, () => {
    const found = examineMachine({ ...FINE, ...change }, PROJECT).filter((finding) => finding.level !== 'good');
    assert.deepEqual(
      found.map((finding) => [finding.level, finding.subject]),
      [[level, subject]],
    );
  });
}

test('this very machine can be read, also for a state folder that is not there', () => {
  const facts = readMachineFacts('/no/such/folder', process.env);
  assert.equal(facts.nodeVersion, process.versions.node);
  assert.ok(facts.freeBytes !== null && facts.freeBytes > 0);
  assert.equal(examineMachine(facts, null).length, examineMachine(FINE, PROJECT).length);
});

test('without control groups it says so, and what gives them; a project that insists on them is at risk', () => {
  const cgroups = {
    obstacle: '/sys/fs/cgroup is not this user’s to divide: EACCES',
    limitsMemory: false,
    killsAtOnce: true,
    slowMount: null,
  };
  const find = (project: ProjectSpec | null) =>
    examineMachine({ ...FINE, cgroups }, project).find(({ subject }) => subject === 'control groups');
  assert.equal(find(null)?.level, 'note');
  assert.match(find(null)?.fix ?? '', /Delegate=yes/);
  assert.equal(find(sampleProject({}, { contain: 'cgroup' }))?.level, 'risk');
});

test('a limit that the kernel will not hold is told, with what would have it do so', () => {
  const cgroups = { obstacle: null, limitsMemory: false, killsAtOnce: true, slowMount: null };
  const find = (project: ProjectSpec) => examineMachine({ ...FINE, cgroups }, project).find(({ subject }) => subject === 'control groups');
  const memory = { heapBytes: null, warnBytes: null, softBytes: null, hardBytes: 1_000_000, periodMs: 1_000 };
  assert.equal(find(sampleProject({ server: {} }))?.level, 'good');
  const limited = find(sampleProject({ server: { memory } }));
  assert.equal(limited?.level, 'note');
  assert.match(limited?.fix ?? '', /Delegate=yes/);
});

test('where births wait for the kernel and need not, the line that ends that is told, which is no risk', () => {
  const cgroups = { obstacle: null, limitsMemory: true, killsAtOnce: true, slowMount: '/sys/fs/cgroup' };
  const found = examineMachine({ ...FINE, cgroups }, null).find(({ subject }) => subject === 'control groups');
  assert.deepEqual([found?.level, found?.fix], ['good', 'mount -o remount,favordynmods /sys/fs/cgroup']);
});
