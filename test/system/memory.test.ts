import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

const MIB = 1024 * 1024;

projectTest('a heap limit becomes an option of Node, beside what the user has set', async (project) => {
  project.write(`
services:
  plain: {command: puppet plain, memory: {heap: 512MiB}}
  merged: {command: puppet merged, env: {NODE_OPTIONS: --no-warnings}, memory: {heap: 1GiB}}
  own: {command: puppet own, env: {NODE_OPTIONS: --max-old-space-size=77}, memory: {heap: 1GiB}}
`);
  await project.succeed('up', '-d');
  const optionsOf = async (name: string) => (await project.puppet(name).nextRun()).hello.env['NODE_OPTIONS'];
  assert.equal(await optionsOf('plain'), '--max-old-space-size=512');
  assert.equal(await optionsOf('merged'), '--no-warnings --max-old-space-size=1024');
  assert.equal(await optionsOf('own'), '--max-old-space-size=77');
});

projectTest('over the hard limit the run is ended as a crash, with how much it was', async (project) => {
  project.write('{contain: group, services: {server: {command: puppet server, memory: {hard: 200MiB, period: 50ms}}}}');
  await project.succeed('up', '-d');
  await (await project.puppet('server').nextRun()).allocate(300 * MIB);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  const { cause, text } = await project.event('server', 'crashed');
  assert.equal(cause?.type, 'memory-hard');
  assert.ok(cause?.type === 'memory-hard' && cause.rssBytes > 200 * MIB);
  assert.match(text, /memory\.hard/);
  assert.equal((await project.service('server')).attempt, 1);
});

projectTest('over the soft limit a stable service is restarted with grace, which counts as nothing', async (project) => {
  project.write(
    'services: {server: {command: puppet server, memory: {warn: 150MiB, soft: 200MiB, period: 20ms}, restart: {stable_after: 1ms}}}',
  );
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.trap('SIGTERM');
  await first.allocate(300 * MIB);
  await first.trapped('SIGTERM');
  await first.exit(0);
  assert.equal((await project.puppet('server').nextRun()).run, 2);
  assert.equal((await project.event('server', 'exited')).cause?.type, 'memory-soft');
  assert.match((await project.event('server', 'memory-warning')).text, /memory/);
  assert.equal((await project.service('server')).attempt, 0);
  assert.deepEqual(project.entries('server', 'crashed'), []);
});

projectTest('a limit is on the whole tree of processes', async (project) => {
  project.write('{contain: group, services: {server: {shell: "puppet child & wait", memory: {hard: 200MiB, period: 50ms}}}}');
  await project.succeed('up', '-d');
  const child = await project.puppet('child').nextRun();
  await child.allocate(300 * MIB);
  assert.equal((await project.event('server', 'crashed')).cause?.type, 'memory-hard');
  await project.puppet('child').nextRun();
  assert.ok(!child.alive);
});

projectTest('an exhausted V8 heap is named as what it is', async (project) => {
  project.write(`
services:
  greedy:
    command: [node, -e, "const all = []; for (;;) all.push({}, [all.length])"]
    memory: {heap: 16MiB}
    restart: never
`);
  const stderr = await project.fail(1, 'up', '-d', '--wait=20s').catch(() => '');
  await project.waitFor('greedy', 'failed');
  assert.equal((await project.service('greedy')).lastEnd?.cause.type, 'oom-heap', stderr);
});
