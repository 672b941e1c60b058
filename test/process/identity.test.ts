import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentBootId, identify, isAlive } from '../../src/process/identity.ts';
import { nowTicks, readProcess } from '../../src/process/process-table.ts';
import { Rig, until } from './rig.ts';

test('a running process is alive until it has ended', async (context) => {
  const { identity, exited } = await new Rig(context).script('exec sleep 1000');
  assert.equal(isAlive(identity), true);
  process.kill(identity.pid, 'SIGKILL');
  await exited;
  assert.equal(isAlive(identity), false);
  assert.equal(identify(identity.pid), null);
});

test('the same number with another start time is another process', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  assert.equal(isAlive({ ...identity, startTime: identity.startTime - 1 }), false);
});

test('the same number in another boot is another process', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  assert.equal(isAlive({ ...identity, bootId: `not ${currentBootId()}` }), false);
});

test('a zombie is dead and still has an identity', async (context) => {
  const rig = new Rig(context);
  // The shell becomes a program that never reaps the child it inherits.
  await rig.script('sh -c \'echo $$ > "$DIR/pid"; exec sleep 1000\' & exec sleep 1000');
  const zombie = await rig.identityFrom('pid');
  process.kill(zombie.pid, 'SIGKILL');
  await until(() => readProcess(zombie.pid)?.dead === true);
  assert.equal(isAlive(zombie), false);
  assert.deepEqual(identify(zombie.pid), zombie);
});

test('a program name full of parentheses and spaces hides nothing', async (context) => {
  const rig = new Rig(context);
  const { identity } = await rig.script('cp "$(command -v sleep)" "$DIR/) S 1 (2"; exec "$DIR/) S 1 (2" 1000');
  await until(() => readProcess(identity.pid)?.rssBytes !== 0);
  assert.equal(readProcess(identity.pid)?.parent, process.pid);
  assert.equal(readProcess(identity.pid)?.startTime, identity.startTime);
});

test('the clock of start times is the one that now is told on', async (context) => {
  const before = nowTicks();
  const { identity } = await new Rig(context).script('exec sleep 1000');
  assert.ok(before <= identity.startTime && identity.startTime <= nowTicks());
});
