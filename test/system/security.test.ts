import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPassing } from '../rig/passing-file.ts';
import { type Project, projectTest } from '../rig/project.ts';

const SECRET = 'hunter2-do-not-tell';

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function upWithSecrets(project: Project): Promise<void> {
  project.env['API_TOKEN'] = SECRET;
  project.write(`DB_PASSWORD=${SECRET}\n`, '.env');
  project.write(`
env_file: [.env]
services:
  server:
    command: [puppet, server, "--token=\${env.API_TOKEN}"]
    env: {TOKEN: "\${env.API_TOKEN}", GREETING: "hello \${env.API_TOKEN}"}
    readiness: {exec: {command: ["true", "\${env.API_TOKEN}"]}}
    hooks: {post_ready: {command: ["false", "\${env.API_TOKEN}"]}}
    stop: {command: ["false", "\${env.API_TOKEN}"]}
`);
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  assert.deepEqual([run.hello.env['TOKEN'], run.hello.env['DB_PASSWORD']], [SECRET, SECRET], 'the service has them');
  await run.exit(1);
  await project.puppet('server').nextRun();
}

projectTest('a secret is in no answer, no file of omniroute and no command line', async (project) => {
  await upWithSecrets(project);
  for (const command of [
    ['ps', '--json', '-a'],
    ['status', 'server', '--json'],
    ['why', 'server', '--json'],
    ['events', '--json'],
    ['validate', '--json'],
    ['config'],
    ['config', '--json'],
    ['up', '--dry-run'],
    ['up', '--dry-run', '--json'],
    ['plan', '--json'],
    ['restart', 'server', '--json'],
  ]) {
    const { stdout, stderr } = await project.run(...command);
    assert.ok(!(stdout + stderr).includes(SECRET), command.join(' '));
  }
  assert.ok((await project.succeed('config', '--reveal')).includes(SECRET), 'it is shown when asked for');
  for (const file of [...filesUnder(project.stateDir), ...filesUnder(join(project.root, 'run'))])
    assert.ok(!readPassing(file).includes(SECRET), file);
  const { pid } = await project.snapshot();
  assert.ok(!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(SECRET));
});

projectTest('a secret in what is waited for is not told', async (project) => {
  project.env['API_TOKEN'] = SECRET;
  project.write('services: {server: {command: puppet server, readiness: {log: {match: "ready ${env.API_TOKEN}"}, start_timeout: 1s}}}');
  const up = project.start('up', '-d');
  await project.puppet('server').nextRun();
  await project.waitFor('server', 'starting');
  assert.match((await project.service('server')).why, /a line matching "ready \*\*\*"/);
  await project.event('server', 'crashed');
  for (const command of [
    ['ps', '--json'],
    ['why', 'server'],
    ['status', 'server'],
    ['events', '--json'],
  ]) {
    const { stdout, stderr } = await project.run(...command);
    assert.ok(!(stdout + stderr).includes(SECRET), `${command.join(' ')}: ${stdout}${stderr}`);
  }
  await project.succeed('down');
  const { stdout, stderr } = await up.finished();
  assert.ok(!(stdout + stderr).includes(SECRET), stdout + stderr);
  for (const file of filesUnder(project.stateDir)) assert.ok(!readPassing(file).includes(SECRET), file);
});

projectTest('a secret in the line that a run is ended for is told nowhere but in its log', async (project) => {
  project.env['API_TOKEN'] = SECRET;
  project.write(`
services:
  server:
    command: puppet server
    env: {TOKEN: "\${env.API_TOKEN}"}
    readiness: {log: {match: never}, start_timeout: 1h, fail_on: ["bad token"]}
    restart: never
`);
  const up = project.start('up', '-d');
  await (await project.puppet('server').nextRun()).print(`bad token ${SECRET}\n`);
  assert.equal((await up.finished()).code, 1);
  for (const command of [
    ['ps', '--json'],
    ['why', 'server', '--json'],
    ['status', 'server', '--json'],
    ['events', '--json'],
  ]) {
    const { stdout, stderr } = await project.run(...command);
    assert.match(stdout, /bad token \*\*\*/);
    assert.ok(!(stdout + stderr).includes(SECRET), `${command.join(' ')}: ${stdout}${stderr}`);
  }
  for (const file of ['supervisor/events', 'supervisor/log', 'state.json'])
    assert.ok(!readFileSync(join(project.stateDir, file), 'utf8').includes(SECRET), file);
});

projectTest('a mistake in a value with a secret is told without it', async (project) => {
  project.env['API_TOKEN'] = SECRET;
  project.write('services: {server: {command: puppet server, memory: {hard: "${env.API_TOKEN}"}}}');
  assert.ok(!(await project.fail(78, 'up', '-d')).includes(SECRET));
});

function isOpenToOthers(path: string): boolean {
  // A file that is written anew has another name for a moment.
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isSymbolicLink() && (stat.mode & 0o077) !== 0;
}

projectTest('what omniroute keeps is for its owner alone', async (project) => {
  await upWithSecrets(project);
  const open = [project.stateDir, join(project.root, 'run', 'omniroute')]
    .flatMap((folder) => [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))])
    .filter(isOpenToOthers)
    // Inside a folder that nobody else can enter; scripts of the owner read it.
    .filter((path) => !path.endsWith('/.pid'));
  assert.deepEqual(open, []);
  const socket = readlinkSync(join(project.stateDir, 'supervisor/control.sock'));
  assert.deepEqual([lstatSync(socket).mode & 0o777, lstatSync(dirname(socket)).mode & 0o777], [0o600, 0o700]);
});

projectTest('another user cannot ask, and is told nothing', async (project, context) => {
  if (process.getuid?.() !== 0) return context.skip('becoming another user takes root');
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  for (const folder of [project.root, project.dir, join(project.root, 'run')]) chmodSync(folder, 0o755);
  const enter = `
    const { readdirSync } = require('node:fs');
    try { readdirSync(process.argv[1]); console.log('entered'); } catch (error) { console.log(error.code); }
  `;
  const ask = `
    require('node:net').connect(process.argv[1]).on('connect', () => console.log('connected')).on('error', ({ code }) => console.log(code));
  `;
  const asNobody = { uid: 65_534, gid: 65_534, encoding: 'utf8', timeout: 30_000 } as const;
  const tried = (script: string, path: string): string => spawnSync('node', ['-e', script, path], asNobody).stdout;
  for (const folder of [project.stateDir, join(project.root, 'run', 'omniroute')]) assert.equal(tried(enter, folder), 'EACCES\n', folder);
  const socket = readlinkSync(join(project.stateDir, 'supervisor/control.sock'));
  assert.equal(tried(ask, socket), 'EACCES\n');
  // The socket lets nobody in by itself, wherever it lies.
  chmodSync(join(project.root, 'run', 'omniroute'), 0o755);
  chmodSync(dirname(socket), 0o755);
  assert.equal(tried(ask, socket), 'EACCES\n');
  chmodSync(dirname(socket), 0o700);
  chmodSync(join(project.root, 'run', 'omniroute'), 0o700);
});

projectTest('a command is no shell line: its words reach the program as they are', async (project) => {
  const words = ['$HOME', '`id`', ';', '&&', '>file', '*', '$(id)', "it's"];
  project.write(`services: {server: {command: ${JSON.stringify(['puppet', 'server', ...words])}}}`);
  await project.succeed('up', '-d');
  assert.deepEqual((await project.puppet('server').nextRun()).hello.argv, words);
});
