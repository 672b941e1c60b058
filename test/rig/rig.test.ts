// The rig itself, without omniroute: puppets are started by hand here.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findLeftovers, identify, isAlive, killLeftovers, RIG_VARIABLE } from './leftovers.ts';
import { Project } from './project.ts';
import type { PuppetRun } from './puppet-run.ts';
import { PuppetStage } from './puppet-stage.ts';
import { eventually } from './within.ts';

interface Stage {
  readonly stage: PuppetStage;
  start(name: string, stdio?: 'ignore' | 'pipe'): ChildProcess;
  play(name: string): Promise<PuppetRun>;
}

async function setStage(context: TestContext): Promise<Stage> {
  const root = mkdtempSync('/tmp/or-');
  const stage = await PuppetStage.open(join(root, 'stage'));
  context.after(async () => {
    await stage.close();
    await killLeftovers(
      findLeftovers(
        [`${RIG_VARIABLE}=${root}`],
        stage.runs.flatMap(({ identity }) => identity ?? []),
      ),
    );
    rmSync(root, { recursive: true });
  });
  const start = (name: string, stdio: 'ignore' | 'pipe' = 'ignore') =>
    spawn(process.execPath, [resolve('test/rig/puppet.mjs'), name, 'first'], {
      env: { PUPPET_SOCKET: stage.path, [RIG_VARIABLE]: root, OMNIROUTE_RUN: `project/${name}/7/abc` },
      stdio: ['ignore', stdio, stdio],
    });
  return {
    stage,
    start,
    play: (name) => {
      start(name);
      return stage.puppet(name).nextRun();
    },
  };
}

test('a puppet says who it is', async (context) => {
  const { stage, start } = await setStage(context);
  const child = start('server');
  const run = await stage.puppet('server').nextRun();
  assert.equal(run.pid, child.pid);
  assert.equal(run.run, 7);
  assert.deepEqual(run.hello.argv, ['first']);
  assert.ok(run.alive);
});

test('runs of one puppet come in order, those of others do not disturb', async (context) => {
  const { stage, play, start } = await setStage(context);
  const first = await play('a');
  start('b');
  start('a');
  const second = await stage.puppet('a').nextRun();
  assert.notEqual(second.pid, first.pid);
  assert.equal((await stage.puppet('b').nextRun()).hello.name, 'b');
});

test('a puppet prints on either stream and exits with the code it is given', async (context) => {
  const { stage, start } = await setStage(context);
  const child = start('server', 'pipe');
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const run = await stage.puppet('server').nextRun();
  await run.print('hello\n');
  await run.print('oh no\n', 'stderr');
  await run.exit(3);
  const [code] = await once(child, 'close');
  assert.deepEqual({ code, ...said }, { code: 3, stdout: 'hello\n', stderr: 'oh no\n' });
});

test('a trapped signal is told and does not end the puppet; another does', async (context) => {
  const { play } = await setStage(context);
  const run = await play('server');
  await run.trap('SIGTERM');
  process.kill(run.pid, 'SIGTERM');
  await run.trapped('SIGTERM');
  assert.ok(run.alive);
  process.kill(run.pid, 'SIGKILL');
  await run.ended;
  await assert.rejects(run.print('more'), /has ended/);
});

test('a puppet dies by the signal that it raises', async (context) => {
  const { stage, start } = await setStage(context);
  const child = start('server');
  const exited = once(child, 'exit');
  const run = await stage.puppet('server').nextRun();
  await run.raise('SIGSEGV');
  assert.deepEqual(await exited, [null, 'SIGSEGV']);
});

test('a grandchild can leave the session, the family and the environment', async (context) => {
  const { play } = await setStage(context);
  const run = await play('server');
  const grandchild = await run.spawnGrandchild({ setsid: true, doubleFork: true, clearEnv: true, ignoreTerm: true });
  assert.deepEqual(
    Object.keys(grandchild.hello.env).filter((name) => name === 'OMNIROUTE_RUN' || name === RIG_VARIABLE),
    [],
  );
  process.kill(run.pid, 'SIGKILL');
  await run.ended;
  process.kill(grandchild.pid, 'SIGTERM');
  const other = await (await play('server')).spawnGrandchild();
  assert.ok(grandchild.alive && other.alive, 'it has ignored SIGTERM; by the time another has started, it would be dead');
});

test('a grandchild that holds the standard output keeps the pipe open', async (context) => {
  const { stage, start } = await setStage(context);
  const child = start('server', 'pipe');
  const run = await stage.puppet('server').nextRun();
  const grandchild = await run.spawnGrandchild({ holdStdout: true });
  const closed = once(child.stdout as NodeJS.ReadableStream, 'end');
  child.stdout?.resume();
  await run.exit(0);
  await run.ended;
  assert.ok(grandchild.alive);
  process.kill(grandchild.pid, 'SIGKILL');
  await closed;
});

test('the HTTP server of a puppet answers what the test says', async (context) => {
  const { play } = await setStage(context);
  const run = await play('server');
  const port = await run.listen(0, { status: 500 });
  const ask = () =>
    new Promise((answered, fail) =>
      request({ port, host: '127.0.0.1' }, (response) => answered(response.resume().statusCode))
        .on('error', fail)
        .end(),
    );
  assert.equal(await ask(), 500);
  await run.answer(204);
  assert.equal(await ask(), 204);
});

test('what a puppet cannot do is an error of the test', async (context) => {
  const { play } = await setStage(context);
  const [first, second] = [await play('first'), await play('second')];
  const port = await first.listen(0);
  await assert.rejects(second.listen(port), /second: .*EADDRINUSE/);
});

test('a hanging puppet lives and says nothing', async (context) => {
  const { play } = await setStage(context);
  const run = await play('server');
  await run.hang();
  let answered = false;
  run.print('too late').then(
    () => {
      answered = true;
    },
    () => {},
  );
  await (await play('another')).print('a round trip in the meantime');
  assert.ok(run.alive && !answered);
});

test('puppets and their grandchildren end with the stage', async (context) => {
  const { stage, play } = await setStage(context);
  const run = await play('server');
  await run.trap('SIGTERM');
  const grandchild = await run.spawnGrandchild({ setsid: true, doubleFork: true, clearEnv: true });
  await stage.close();
  await eventually(
    () => 'the end of both',
    () => (run.alive || grandchild.alive ? null : true),
  );
});

test('leftovers are found by their environment and killed by their identity', async () => {
  const mark = `${RIG_VARIABLE}=/tmp/or-self-test-${process.pid}`;
  const child = spawn('sleep', ['1000'], {
    env: { PATH: '/usr/bin:/bin', A: 'first', [RIG_VARIABLE]: mark.slice(RIG_VARIABLE.length + 1) },
  });
  const exited = once(child, 'exit');
  const found = await eventually(
    () => 'the process to be found',
    () => findLeftovers([mark], []).find(({ command }) => command === 'sleep 1000') ?? null,
  );
  assert.equal(found.pid, child.pid);
  assert.ok(!isAlive({ pid: found.pid, startTime: '1' }), 'a pid with another start time is another process');
  await killLeftovers([found]);
  assert.deepEqual(await exited, [null, 'SIGKILL']);
  assert.equal(identify(found.pid), null);
  assert.deepEqual(findLeftovers([mark], []), []);
});

test('a project finds what carries its mark, and removes it with the folder', async () => {
  const project = await Project.create();
  const child = spawn('puppet', ['stray'], { env: project.env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const run = await project.puppet('stray').nextRun();
  assert.equal(run.pid, child.pid, 'the wrapper has become the puppet');
  assert.deepEqual(
    project.leftovers().map(({ pid }) => pid),
    [child.pid],
  );
  assert.match(project.report(), /--- running\n {2}\d+ .*puppet\.mjs stray/);
  await project.remove();
  await exited;
  assert.deepEqual(project.leftovers(), []);
});
