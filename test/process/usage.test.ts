import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { makeFifos } from '../../src/process/fifo.ts';
import type { ProcessIdentity } from '../../src/process/identity.ts';
import { type UsageSample, UsageSampler } from '../../src/process/usage.ts';
import { Rig, until } from './rig.ts';

const MIB = 1024 * 1024;
/** Allocates, touches, tells and stays. */
const HOLD_64_MIB = `const held = Buffer.alloc(${64 * MIB}, 1); require('fs').writeFileSync(process.env.DIR + '/pid', process.pid + '\\n'); setInterval(() => held, 1e6)`;

function sampleOne(sampler: UsageSampler, leader: ProcessIdentity): UsageSample {
  const sample = sampler.sample([leader]).get(leader.pid);
  assert.ok(sample);
  return sample;
}

function heldDescriptors(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return /^\/proc\/\d+\/stat$/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  }).length;
}

test('the memory of a grandchild is counted, and the grandchild is named', async (context) => {
  const rig = new Rig(context);
  const { identity } = await rig.script(`sh -c '"${process.execPath}" -e "$0"; true' "${HOLD_64_MIB.replaceAll('"', '\\"')}"; true`);
  const grandchild = await rig.identityFrom('pid');
  const sampler = new UsageSampler();
  const { rssBytes, descendants } = sampleOne(sampler, identity);
  assert.ok(rssBytes > 64 * MIB);
  assert.equal(descendants.length, 2);
  assert.deepEqual(descendants.at(-1), grandchild);
  assert.ok(sampler.confirmRss(identity.pid) > 64 * MIB);
  assert.ok(sampler.confirmRss(identity.pid) <= rssBytes);
  sampler.forget(identity.pid);
});

test('what was seen once is counted after its parent has died and it has left the session', async (context) => {
  const rig = new Rig(context);
  assert.equal(makeFifos([rig.path('gate')]), null);
  const { identity } = await rig.script(
    '(setsid sh -c \'echo $$ > "$DIR/pid"; exec sleep 1000\' & read _ < "$DIR/gate") & wait; echo > "$DIR/told"; exec sleep 1000',
  );
  const child = await rig.identityFrom('pid');
  const sampler = new UsageSampler();
  assert.ok(sampleOne(sampler, identity).descendants.some(({ pid }) => pid === child.pid));
  await rig.script('echo > "$DIR/gate"');
  await rig.told('told');
  assert.deepEqual(sampleOne(sampler, identity).descendants, [child]);
  sampler.forget(identity.pid);
});

test('processor time is a share of one core between two samples', async (context) => {
  const rig = new Rig(context);
  const { identity } = await rig.script('echo > "$DIR/told"; while :; do :; done');
  await rig.told('told');
  const sampler = new UsageSampler();
  assert.equal(sampleOne(sampler, identity).cpuPercent, null);
  await until(() => (sampleOne(sampler, identity).cpuPercent ?? 0) > 0);
  sampler.forget(identity.pid);
});

test('who samples twice in a row gets the same share of processor again, not one of an instant', async (context) => {
  const rig = new Rig(context);
  const { identity } = await rig.script('echo > "$DIR/told"; while :; do :; done');
  await rig.told('told');
  const sampler = new UsageSampler();
  await until(() => (sampleOne(sampler, identity).cpuPercent ?? 0) > 0);
  const inARow = Array.from({ length: 5 }, () => sampleOne(sampler, identity).cpuPercent ?? 0);
  assert.ok(new Set(inARow).size < inARow.length && inARow.every((percent) => percent > 0), inARow.join(' '));
  sampler.forget(identity.pid);
});

test('an idle process uses no processor', async (context) => {
  const rig = new Rig(context);
  const { identity } = await rig.script('exec sleep 1000');
  const sampler = new UsageSampler();
  sampleOne(sampler, identity);
  await until(() => sampleOne(sampler, identity).cpuPercent === 0);
  sampler.forget(identity.pid);
});

test('several trees are told apart in one sample', async (context) => {
  const rig = new Rig(context);
  const [first, second] = await Promise.all([rig.script('sleep 1000 & echo $! > "$DIR/pid"; wait'), rig.play(['sleep', '1000'])]);
  const child = await rig.identityFrom('pid');
  const samples = new UsageSampler().sample([first.identity, second.identity]);
  assert.deepEqual(
    [...samples].map(([pid, { descendants }]) => [pid, descendants]),
    [
      [first.identity.pid, [child]],
      [second.identity.pid, []],
    ],
  );
});

test('a tree with nothing left has no sample, and no descriptor stays open', async (context) => {
  const before = heldDescriptors();
  const rig = new Rig(context);
  const { identity, exited } = await rig.script('exec sleep 1000');
  const sampler = new UsageSampler();
  sampleOne(sampler, identity);
  assert.equal(heldDescriptors(), before + 1);
  process.kill(identity.pid, 'SIGKILL');
  await exited;
  assert.equal(sampler.sample([identity]).size, 0);
  assert.equal(sampler.confirmRss(identity.pid), 0);
  assert.equal(heldDescriptors(), before);
});

test('forgetting a leader closes what was held for it', async (context) => {
  const before = heldDescriptors();
  const { identity } = await new Rig(context).script('exec sleep 1000');
  const sampler = new UsageSampler();
  sampleOne(sampler, identity);
  sampler.forget(identity.pid);
  sampler.forget(identity.pid);
  assert.equal(heldDescriptors(), before);
});

test('a stranger that has the number of a dead leader is not measured', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  assert.equal(new UsageSampler().sample([{ ...identity, startTime: identity.startTime - 1 }]).size, 0);
});
