import assert from 'node:assert/strict';
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Project, projectTest } from '../rig/project.ts';
import type { GrandchildOptions } from '../rig/puppet-run.ts';

const ESCAPES: Readonly<Record<string, GrandchildOptions>> = {
  'that is an ordinary child': {},
  'that ignores SIGTERM': { ignoreTerm: true },
  'with a session of its own': { setsid: true },
  'that belongs to init': { doubleFork: true },
  'with an empty environment': { clearEnv: true },
  'that holds the standard output': { holdStdout: true, ignoreTerm: true },
  'that does all of it but forget its environment': { setsid: true, doubleFork: true, holdStdout: true, ignoreTerm: true },
  'with a session of its own and an empty environment': { setsid: true, clearEnv: true, ignoreTerm: true },
};

for (const [description, options] of Object.entries(ESCAPES)) {
  projectTest(`down ends a grandchild ${description}`, async (project) => {
    project.write('services: {server: {command: puppet server, stop: {grace_period: 500ms}}}');
    await project.succeed('up', '-d');
    const run = await project.puppet('server').nextRun();
    const grandchild = await run.spawnGrandchild(options);
    await project.snapshot();
    await project.succeed('down');
    assert.deepEqual([run.alive, grandchild.alive], [false, false]);
    assert.deepEqual(project.leftovers(), []);
  });
}

projectTest('what left the group of its service gets the stop signal too, once, and time to end by itself', async (project) => {
  project.write('services: {server: {command: puppet server, stop: {grace_period: 60s}}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  const grandchild = await run.spawnGrandchild({ setsid: true, tellTerm: true });
  await project.succeed('down');
  assert.equal(grandchild.alive, false);
  assert.equal(project.read('told'), 'SIGTERM\n');
  const told = project.entries('server', 'stopping').map(({ text }) => text);
  assert.ok(
    told.some((text) => text === `waiting for what it left behind: pid ${grandchild.pid}`),
    told.join('\n'),
  );
});

projectTest('down kills a service that ignores its stop signal once the grace period is over', async (project) => {
  project.write('services: {stubborn: {command: puppet stubborn, stop: {signal: SIGINT, grace_period: 50ms}}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('stubborn').nextRun();
  await run.trap('SIGINT');
  await run.trap('SIGTERM');
  await project.succeed('down');
  assert.deepEqual([run.alive, run.signals], [false, ['SIGINT']]);
});

projectTest('down stops dependents first, and each service only once its dependents are gone', async (project) => {
  project.write(`
services:
  base: {command: puppet base}
  middle: {command: puppet middle, depends_on: [base]}
  top: {command: puppet top, depends_on: [middle]}
`);
  await project.succeed('up', '-d');
  const [base, middle, top] = [
    await project.puppet('base').nextRun(),
    await project.puppet('middle').nextRun(),
    await project.puppet('top').nextRun(),
  ];
  for (const run of [base, middle, top]) await run.trap('SIGTERM');
  const down = project.start('down');
  await top.trapped('SIGTERM');
  await project.snapshot();
  assert.deepEqual([base.signals, middle.signals], [[], []]);
  await top.exit(0);
  await middle.trapped('SIGTERM');
  await project.snapshot();
  assert.deepEqual(base.signals, []);
  await middle.exit(0);
  await base.trapped('SIGTERM');
  await base.exit(0);
  assert.equal((await down.finished()).code, 0);
});

projectTest('down twice is down once', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  await project.succeed('down');
  const { code, stderr } = await project.run('down');
  assert.equal(code, 0);
  assert.match(stderr, /not running/);
});

projectTest('down --force kills without waiting for a grace period', async (project) => {
  project.write('services: {stubborn: {command: puppet stubborn, stop: {grace_period: 1h}}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('stubborn').nextRun();
  await run.trap('SIGTERM');
  await project.succeed('down', '--force');
  assert.ok(!run.alive);
});

projectTest('stop ends one service and leaves the others alone; start brings it back', async (project) => {
  project.write('services: {a: {command: puppet a}, b: {command: puppet b}}');
  await project.succeed('up', '-d');
  const [a, b] = [await project.puppet('a').nextRun(), await project.puppet('b').nextRun()];
  await project.succeed('stop', 'a');
  assert.deepEqual([a.alive, b.alive], [false, true]);
  assert.equal((await project.service('a')).state, 'stopped');
  await project.succeed('start', 'a');
  assert.equal((await project.puppet('a').nextRun()).run, 2);
  assert.equal((await project.service('b')).pid, b.pid);
});

function runtimeFolderOf(project: Project): string {
  return dirname(readlinkSync(join(project.stateDir, 'supervisor', 'control.sock')));
}

const TALKER = 'services: {talker: {command: puppet talker, readiness: {notify: fd}}}';

projectTest('down takes the pipes along, and the next up, and logs, do without those', async (project) => {
  project.write(TALKER);
  for (const run of [1, 2]) {
    const up = project.start('up', '-d');
    const talker = await project.puppet('talker').nextRun();
    await talker.print(`word ${run}\n`);
    await project.event('talker', 'starting', run);
    const folder = runtimeFolderOf(project);
    assert.ok(readdirSync(folder).some((name) => name.startsWith('talker.')));
    await project.succeed('down');
    await up.finished();
    assert.equal(existsSync(folder), false, String(existsSync(folder) && readdirSync(folder)));
    assert.match(await project.succeed('logs', 'talker'), new RegExp(`word ${run}`));
  }
});

projectTest('what somebody keeps beside the pipes is left to him', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const folder = runtimeFolderOf(project);
  writeFileSync(join(folder, 'notes'), '');
  await project.succeed('down');
  assert.deepEqual(readdirSync(folder), ['notes']);
});

projectTest('of what lives on the pipes stay: over an upgrade, and where omniroute was killed', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const before = readdirSync(runtimeFolderOf(project)).sort();
  await project.succeed('upgrade');
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await project.succeed('up', '-d');
  assert.deepEqual(readdirSync(runtimeFolderOf(project)).sort(), before);
  await server.print('still heard\n');
  assert.match(await project.succeed('logs', 'server'), /still heard/);
});
