import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookForExitsSoon, watchExit } from '../../src/process/exit.ts';
import { isAlive } from '../../src/process/identity.ts';
import { Rig, until } from './rig.ts';

/** A process that is not our child: its parent has ended. */
const ADOPTED = 'setsid sh -c \'echo $$ > "$DIR/pid"; exec sleep 1000\' &';

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

test('the end of a process that is not our child is told once', async (context) => {
  const rig = new Rig(context);
  const { exited } = await rig.script(ADOPTED);
  const identity = await rig.identityFrom('pid');
  await exited;
  let told = 0;
  const end = new Promise<void>((resolve) => {
    watchExit(identity, () => {
      told++;
      resolve();
    });
  });
  process.kill(identity.pid, 'SIGKILL');
  await end;
  await new Promise<void>((resolve) => watchExit(identity, resolve));
  assert.equal(told, 1);
});

test('a hint that a process has ended does not wait for the next look', async (context) => {
  const rig = new Rig(context);
  const { exited } = await rig.script(ADOPTED);
  const identity = await rig.identityFrom('pid');
  await exited;
  const before = timers();
  lookForExitsSoon();
  assert.equal(timers(), before, 'nothing is watched, nothing is looked for');
  // The clock of the regular look stands still.
  context.mock.timers.enable({ apis: ['setInterval'] });
  const end = new Promise<void>((resolve) => watchExit(identity, resolve));
  process.kill(identity.pid, 'SIGKILL');
  await until(() => !isAlive(identity));
  lookForExitsSoon();
  await end;
});

test('a process that is gone already is told as well', async (context) => {
  const { identity, exited } = await new Rig(context).script('exit');
  await exited;
  await new Promise<void>((resolve) => watchExit(identity, resolve));
});

test('a reused number counts as an end', async (context) => {
  const { identity } = await new Rig(context).script('exec sleep 1000');
  await new Promise<void>((resolve) => watchExit({ ...identity, startTime: identity.startTime - 1 }, resolve));
});

test('a cancelled watch tells nothing and leaves no timer', async (context) => {
  const rig = new Rig(context);
  const { identity, exited } = await rig.script('exec sleep 1000');
  const before = timers();
  const cancel = watchExit(identity, () => assert.fail('it was cancelled'));
  const other = new Promise<void>((resolve) => watchExit(identity, resolve));
  assert.equal(timers(), before + 1);
  cancel();
  cancel();
  process.kill(identity.pid, 'SIGKILL');
  await Promise.all([exited, other]);
  assert.equal(timers(), before);
});
