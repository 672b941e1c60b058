import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlive } from '../../src/process/identity.ts';
import { readProcess } from '../../src/process/process-table.ts';
import { killMembers, signalGroup } from '../../src/process/stop.ts';
import { Rig } from './rig.ts';

const DEADLINE_MS = 60_000;

test('a signal reaches the leader and the others of its group', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script('sleep 1000 & echo $! > "$DIR/pid"; wait');
  const child = await rig.identityFrom('pid');
  assert.equal(signalGroup(scope, 'SIGTERM'), true);
  assert.deepEqual(await exited, { code: null, signal: 'SIGTERM' });
  assert.deepEqual(await killMembers([scope], DEADLINE_MS), [[]]);
  assert.equal(isAlive(child), false);
});

test('a stopped process is woken to act on the signal that ends it', async (context) => {
  const rig = new Rig(context);
  const { scope, identity, exited } = await rig.script('trap "exit 5" TERM; echo > "$DIR/told"; while :; do sleep 0.01; done');
  await rig.told('told');
  process.kill(identity.pid, 'SIGSTOP');
  assert.equal(signalGroup(scope, 'SIGTERM'), true);
  assert.deepEqual(await exited, { code: 5, signal: null });
});

test('a signal reaches what is left of the group when the leader is dead', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script(
    'sh -c \'trap "echo > $DIR/heard; exit" USR1; echo > "$DIR/told"; while :; do sleep 0.01; done\' &',
  );
  await Promise.all([exited, rig.told('told')]);
  assert.equal(signalGroup(scope, 'SIGUSR1'), true);
  assert.equal(await rig.told('heard'), '');
});

test('nothing is signalled when nothing is left', async (context) => {
  const { scope, exited } = await new Rig(context).script('exit');
  await exited;
  assert.equal(signalGroup(scope, 'SIGTERM'), false);
});

test('a process that got the number of a dead leader is not signalled', async (context) => {
  const { scope, identity } = await new Rig(context).script('exec sleep 1000');
  const reused = { ...scope, marker: 'carried by nobody', leader: { ...identity, startTime: identity.startTime - 1 } };
  assert.equal(signalGroup(reused, 'SIGKILL'), false);
  assert.deepEqual(await killMembers([reused], DEADLINE_MS), [[]]);
  assert.equal(isAlive(identity), true);
});

test('a process of another boot is not signalled', async (context) => {
  const { scope, identity } = await new Rig(context).script('exec sleep 1000');
  assert.equal(signalGroup({ ...scope, leader: { ...identity, bootId: 'another' } }, 'SIGKILL'), false);
  assert.equal(isAlive(identity), true);
});

test('killing takes the group, the sessions and the daemons of a run', async (context) => {
  const rig = new Rig(context);
  const { scope, exited } = await rig.script(
    'trap "" TERM; sleep 1000 & setsid sh -c \'trap "" TERM; (sh -c "echo \\$\\$ > $DIR/pid; exec sleep 1000" &) ; echo $$ > "$DIR/outer"; sleep 1000\' & wait',
  );
  const escaped = [await rig.identityFrom('pid'), await rig.identityFrom('outer')];
  assert.deepEqual(await killMembers([scope], DEADLINE_MS), [[]]);
  assert.deepEqual(await exited, { code: null, signal: 'SIGKILL' });
  assert.deepEqual(escaped.map(isAlive), [false, false]);
});

test('killing one run leaves the others alone', async (context) => {
  const rig = new Rig(context);
  const [first, second] = [await rig.play(['sleep', '1000'], 'svc/1'), await rig.play(['sleep', '1000'], 'svc/11')];
  assert.deepEqual(await killMembers([first.scope], DEADLINE_MS), [[]]);
  assert.deepEqual([isAlive(first.identity), isAlive(second.identity)], [false, true]);
});

test('a program that forks into new sessions all the time is killed to the last', async (context) => {
  const rig = new Rig(context);
  const bomb = 'echo > "$DIR/told"; i=0; while [ $i -lt 200 ]; do setsid sleep 1000 & i=$((i+1)); done; wait';
  const { scope } = await rig.script(`(${bomb}) & (${bomb}) & wait`);
  await rig.told('told');
  assert.deepEqual(await killMembers([scope], DEADLINE_MS), [[]]);
});

test('what cannot be killed in time is returned', async (context) => {
  const { scope, identity, exited } = await new Rig(context).script('exec sleep 1000');
  assert.deepEqual(await killMembers([scope], 0), [[identity]]);
  await exited;
  assert.equal(readProcess(identity.pid), null);
});
