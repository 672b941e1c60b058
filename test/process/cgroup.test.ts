import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { killAll, killFrozen, makeRunCgroup, pidsOf, type RunCgroup, removeRunCgroup } from '../../src/process/cgroup.ts';
import { CgroupDoor, findCgroupObstacle } from '../../src/process/cgroup-door.ts';
import { findOwnCgroups } from '../../src/process/cgroup-tree.ts';
import { killMembers } from '../../src/process/stop.ts';
import { findMembers } from '../../src/process/stragglers.ts';
import { Rig, until } from './rig.ts';

const own = findOwnCgroups();
const obstacle = findCgroupObstacle(own);
let made = 0;

function groupTest(name: string, body: (context: TestContext, cgroup: RunCgroup, door: CgroupDoor) => Promise<void>): void {
  test(name, { skip: obstacle ?? false }, async (context) => {
    made += 1;
    const cgroup = { unified: join(own.unified as string, `omniroute-test-${process.pid}-${made}`), memory: null };
    const door = new CgroupDoor(own);
    assert.equal(makeRunCgroup(cgroup), null);
    context.after(async () => {
      door.close();
      killAll(cgroup);
      await until(() => removeRunCgroup(cgroup));
    });
    await body(context, cgroup, door);
  });
}

/** Forks as long as it lives, and sheds everything by which it could be known. */
const RELENTLESS = 'while :; do (setsid env -i /bin/sh -c "while :; do /bin/true; done" &); [ -e "$DIR/many" ] && exec sleep 1000; done';

groupTest('who is forked inside is born inside, and omniroute is outside again', async (context, cgroup, door) => {
  const rig = new Rig(context);
  const { identity } = await rig.play(['/bin/sleep', '1000'], 'inside', (fork) => {
    door.enter(cgroup);
    try {
      return fork();
    } finally {
      door.leave(cgroup);
    }
  });
  assert.deepEqual(pidsOf(cgroup), [identity.pid]);
  assert.equal(door.problem, null);
  assert.equal(findOwnCgroups().unified, own.unified);
});

groupTest('nobody goes in while the way is being cleared, and then as ever', async (context, cgroup, door) => {
  door.rouse();
  assert.throws(() => door.enter(cgroup), /while it is roused/);
  assert.equal(findOwnCgroups().unified, own.unified);
  await door.rousing;
  assert.equal(door.rousing, null);
  door.enter(cgroup);
  const playing = new Rig(context).play(['/bin/sleep', '1000']);
  door.leave(cgroup);
  const { identity } = await playing;
  assert.deepEqual(pidsOf(cgroup), [identity.pid]);
});

for (const [how, kill] of [
  ['at once', killAll],
  ['frozen, one by one, as before Linux 5.14', killFrozen],
] as const) {
  groupTest(`what forks faster than anybody looks is killed ${how}`, async (context, cgroup, door) => {
    const rig = new Rig(context);
    door.enter(cgroup);
    const playing = rig.play(['/bin/sh', '-c', RELENTLESS], how);
    door.leave(cgroup);
    await playing;
    await until(() => pidsOf(cgroup).length > 10);
    kill(cgroup);
    await until(() => pidsOf(cgroup).length === 0);
  });
}

groupTest('a group that omniroute itself is in is not killed', async (_context, cgroup, door) => {
  door.enter(cgroup);
  try {
    assert.deepEqual(pidsOf(cgroup), [process.pid]);
    assert.deepEqual(killAll(cgroup), []);
  } finally {
    door.leave(cgroup);
  }
});

groupTest('a group stays while somebody is in a group within it, and goes with all that is empty', async (context, cgroup, door) => {
  const inner = { unified: join(cgroup.unified, 'inner'), memory: null };
  mkdirSync(join(inner.unified, 'innermost'), { recursive: true });
  const rig = new Rig(context);
  door.enter(inner);
  const playing = rig.play(['/bin/sleep', '1000']);
  door.leave(inner);
  const { identity } = await playing;
  assert.deepEqual(pidsOf(cgroup), [identity.pid]);
  assert.equal(removeRunCgroup(cgroup), false);
  killAll(cgroup);
  await until(() => removeRunCgroup(cgroup));
});

groupTest('members of a run are who is in its group, whatever they did to be forgotten', async (context, cgroup, door) => {
  const rig = new Rig(context);
  door.enter(cgroup);
  const playing = rig.script('(setsid env -i DIR="$DIR" /bin/sh -c \'echo $$ > "$DIR/pid"; exec sleep 1000\' &)');
  door.leave(cgroup);
  const { scope, exited } = await playing;
  const child = await rig.identityFrom('pid');
  await exited;
  assert.deepEqual(findMembers([scope]), [[]]);
  const contained = { ...scope, cgroup };
  assert.deepEqual(
    findMembers([contained])
      .flat()
      .map(({ pid }) => pid),
    [child.pid],
  );
  assert.deepEqual(await killMembers([contained], 10_000), [[]]);
  await until(() => pidsOf(cgroup).length === 0);
});

test('a group that is gone has nobody in it, and nothing to be removed', () => {
  const gone = { unified: '/nowhere/at/all', memory: '/nowhere/either' };
  assert.deepEqual(pidsOf(gone), []);
  assert.deepEqual(killAll(gone), []);
  assert.equal(removeRunCgroup(gone), true);
});
