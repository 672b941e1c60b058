import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identify, type ProcessIdentity } from '../../src/process/identity.ts';
import { nowTicks, readProcess } from '../../src/process/process-table.ts';
import { findMembers, type RunScope } from '../../src/process/stragglers.ts';
import { type Played, Rig, until } from './rig.ts';

/** Leaves group, session and parent behind, as daemons do, and tells its number. */
const DOUBLE_FORK = 'setsid sh -c \'(exec setsid sh -c "echo \\$\\$ > $DIR/pid; exec sleep 1000") & exit\' &';

function pidsOf(scope: RunScope): number[] {
  return (findMembers([scope])[0] as ProcessIdentity[]).map(({ pid }) => pid).sort((a, b) => a - b);
}

function withoutMarker(scope: RunScope): RunScope {
  return { ...scope, marker: 'carried by nobody' };
}

/** A run whose leader has ended, and what it left in its own group with an empty environment. */
async function playAnonymousRemnant(rig: Rig): Promise<{ played: Played; left: ProcessIdentity; exitTicks: number }> {
  const played = await rig.script('env -i sh -c "echo \\$\\$ > $DIR/pid; exec sleep 1000" & while [ ! -s "$DIR/pid" ]; do :; done');
  const exitTicks = await new Promise<number>((resolve) => played.started.onExit((_, ticks) => resolve(ticks)));
  const left = await rig.identityFrom('pid');
  await until(() => (readProcess(left.pid)?.rssBytes ?? 0) > 0);
  return { played, left, exitTicks };
}

test('a run has its leader and its whole group', async (context) => {
  const rig = new Rig(context);
  const { identity, scope } = await rig.script('sleep 1000 & echo $! > "$DIR/pid"; wait');
  const child = await rig.identityFrom('pid');
  assert.deepEqual(
    pidsOf(withoutMarker(scope)),
    [identity.pid, child.pid].sort((a, b) => a - b),
  );
});

test('a run without any process has no member', async (context) => {
  const { scope, exited } = await new Rig(context).script('exit');
  await exited;
  assert.deepEqual(pidsOf(scope), []);
});

test('a child in a session of its own is found as a descendant', async (context) => {
  const rig = new Rig(context);
  const { scope } = await rig.script('setsid sh -c \'echo $$ > "$DIR/pid"; exec sleep 1000\' & wait');
  const child = await rig.identityFrom('pid');
  assert.ok(pidsOf(withoutMarker(scope)).includes(child.pid));
});

test('a grandchild in a session of its own is found by the marker when its parents are dead', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script('setsid sh -c \'echo $$ > "$DIR/pid"; exec sleep 1000\' &');
  const grandchild = await rig.identityFrom('pid');
  await exited;
  assert.deepEqual(pidsOf(scope), [grandchild.pid]);
  assert.deepEqual(pidsOf(withoutMarker(scope)), []);
});

test('a double fork is found by the marker', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script(DOUBLE_FORK);
  const daemon = await rig.identityFrom('pid');
  await exited;
  assert.equal(readProcess(daemon.pid)?.session, daemon.pid);
  assert.deepEqual(pidsOf(scope), [daemon.pid]);
});

test('a daemon that becomes one program after the other is found by the marker at every look', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script(
    "echo 'exec sh $DIR/again' > $DIR/again; (setsid sh -c 'echo $$ > $DIR/pid; exec sh $DIR/again' &)",
  );
  const daemon = await rig.identityFrom('pid');
  await exited;
  for (let nth = 1; nth <= 300; nth++) assert.deepEqual(pidsOf(scope), [daemon.pid], `look ${nth}`);
});

test('a marker counts only as a whole', async (context) => {
  const rig = new Rig(context);
  const { identity, scope } = await rig.play(['sleep', '1000'], 'shop/web/11');
  const other = { leader: { ...identity, pid: 1, startTime: 0 }, seen: [] };
  const part = scope.marker.slice(0, -1);
  assert.deepEqual(
    findMembers([
      { ...other, marker: part },
      { ...other, marker: 'shop/web/1' },
      { ...other, marker: '' },
    ]),
    [[], [], []],
  );
  assert.deepEqual(findMembers([{ ...other, marker: scope.marker }]), [[identity]]);
});

test('a descendant that was seen is found though nothing else tells of it', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script('env -i setsid sh -c "echo \\$\\$ > $DIR/pid; exec sleep 1000" &');
  const grandchild = await rig.identityFrom('pid');
  context.after(() => process.kill(grandchild.pid, 'SIGKILL'));
  await exited;
  await until(() => readProcess(grandchild.pid)?.session === grandchild.pid);
  assert.deepEqual(pidsOf(scope), []);
  assert.deepEqual(pidsOf({ ...scope, seen: [grandchild] }), [grandchild.pid]);
  assert.deepEqual(pidsOf({ ...scope, seen: [{ ...grandchild, startTime: grandchild.startTime + 1 }] }), []);
});

test('what was in the group before its leader was seen to end is ours without a marker', async (context) => {
  const rig = new Rig(context);
  const { played, left, exitTicks } = await playAnonymousRemnant(rig);
  context.after(() => process.kill(left.pid, 'SIGKILL'));
  assert.deepEqual(pidsOf({ ...played.scope, leaderExitTicks: exitTicks }), [left.pid]);
});

test('a group of our number with nothing to prove it is left alone', async (context) => {
  const rig = new Rig(context);
  const { played, left } = await playAnonymousRemnant(rig);
  context.after(() => process.kill(left.pid, 'SIGKILL'));
  assert.deepEqual(pidsOf(played.scope), []);
  assert.deepEqual(pidsOf({ ...played.scope, leaderExitTicks: left.startTime - 1 }), []);
});

test('one member with the marker proves the whole group', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script(
    'env -i sh -c "echo \\$\\$ > $DIR/pid; exec sleep 1000" & sleep 1000 & echo $! > "$DIR/marked"; while [ ! -s "$DIR/pid" ]; do :; done',
  );
  await exited;
  const pids = [(await rig.identityFrom('pid')).pid, (await rig.identityFrom('marked')).pid];
  assert.deepEqual(
    pidsOf(scope),
    pids.sort((a, b) => a - b),
  );
});

test('a group whose number belongs to another process now is not ours', async (context) => {
  const { scope, identity } = await new Rig(context).script('sleep 1000; exit');
  const reused = withoutMarker({ ...scope, leader: { ...identity, startTime: identity.startTime - 1 }, leaderExitTicks: nowTicks() });
  assert.deepEqual(pidsOf(reused), []);
});

test('nothing of another boot is ours', async (context) => {
  const { scope, identity } = await new Rig(context).script('exec sleep 1000');
  assert.deepEqual(pidsOf({ ...scope, leader: { ...identity, bootId: 'another' } }), []);
});

test('one look answers for many runs, each its own', async (context) => {
  const rig = new Rig(context);
  const runs = await Promise.all([rig.play(['sleep', '1000'], 'a'), rig.play(['sleep', '1000'], 'b'), rig.play(['sleep', '1000'], 'c')]);
  assert.deepEqual(
    findMembers(runs.map(({ scope }) => scope)),
    runs.map(({ identity }) => [identity]),
  );
  assert.deepEqual(findMembers([]), []);
});

test('the supervisor itself is never a member', () => {
  const self = identify(process.pid) as ProcessIdentity;
  assert.equal(pidsOf({ leader: self, marker: 'carried by nobody', seen: [self] }).includes(process.pid), false);
});

test('a marker behind a large environment is found', async (context) => {
  const rig = new Rig(context);
  const { identity, scope } = await rig.script(
    'export BIG="$(head -c 100000 /dev/zero | tr "\\\\0" x)" M="$OMNIROUTE_RUN"; unset OMNIROUTE_RUN; export OMNIROUTE_RUN="$M"; echo $$ > "$DIR/pid"; exec sleep 1000',
  );
  await rig.identityFrom('pid');
  await until(() => (readProcess(identity.pid)?.rssBytes ?? 0) > 0);
  assert.deepEqual(findMembers([{ ...scope, leader: { ...identity, pid: 1, startTime: 0 } }]), [[identity]]);
});
