import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectTest } from '../rig/project.ts';

projectTest('of two files in one folder, the one that does not run is neither started as the other nor stops it', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  project.write('services: {client: {command: puppet client}}', 'other.yaml');
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  const commands = [['up', '-d'], ['up'], ['ps'], ['reload'], ['wait', 'client'], ['down']];
  for (const words of commands) {
    const stderr = await project.fail(75, '-f', 'other.yaml', ...words);
    assert.match(stderr, /^omniroute: .*other\.yaml is not what runs here: omniroute \d+ holds .*\.omniroute for .*omniroute\.yaml\n/);
    assert.match(stderr, /give the file a `state_dir` of its own/);
  }
  assert.match(await project.fail(75, '-f', 'omniroute.yaml', '-f', 'other.yaml', 'up', '-d'), /other\.yaml is not what runs here/);
  assert.equal((await project.service('server')).pid, server.pid);
});

projectTest('a file that was given a state folder of its own runs beside the other', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  project.write('state_dir: .other\nservices: {client: {command: puppet client}}', 'other.yaml');
  await project.succeed('up', '-d');
  await project.succeed('-f', 'other.yaml', 'up', '-d');
  await project.puppet('client').nextRun();
  await project.succeed('-f', 'other.yaml', 'down');
  assert.equal((await project.service('server')).state, 'ready');
});

projectTest('each of several files that are merged, a link to one, and the new name of one, is what runs', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  const more = project.write('services: {client: {command: puppet client}}', 'more.yaml');
  await project.succeed('-f', 'omniroute.yaml', '-f', 'more.yaml', 'up', '-d');
  symlinkSync(more, join(project.dir, 'link.yaml'));
  for (const name of ['more.yaml', 'link.yaml']) assert.match(await project.succeed('-f', name, 'ps'), /client +ready/);
  await project.succeed('up', '-d');
  renameSync(project.file, join(project.dir, 'renamed.yaml'));
  assert.match(await project.succeed('-f', 'renamed.yaml', 'ps'), /server +ready/);
  await project.succeed('-f', 'renamed.yaml', 'down');
});

projectTest('a running project is not started once more from another state folder, that its file names by now', async (project) => {
  const file = 'services: {server: {command: puppet server}}';
  project.write(file);
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  project.write(`state_dir: .moved\n${file}`);
  for (const words of [['up', '-d'], ['up']])
    assert.match(
      await project.fail(75, ...words),
      /omniroute \d+ runs this project already, with its state in .*\.omniroute and not in .*\.moved/,
    );
  assert.equal((await project.service('server')).pid, server.pid);
  await project.succeed('down');
  await project.succeed('up', '-d');
  assert.notEqual((await project.puppet('server').nextRun()).pid, server.pid);
  await project.succeed('down');
});
