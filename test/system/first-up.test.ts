import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../../src/library/running-project.ts';
import { cliCommand } from '../rig/cli-process.ts';
import { freePort } from '../rig/free-port.ts';
import { projectTest } from '../rig/project.ts';

const SERVER_AND_CLIENT = `
services:
  client:
    command: puppet client
    depends_on: [server]
  server:
    command: puppet server
    readiness: {log: {match: "^listening"}}
`;

projectTest('up -d starts in the order of dependencies and returns when everything is ready', async (project) => {
  project.write(SERVER_AND_CLIENT);
  const up = project.start('up', '-d');
  const server = await project.puppet('server').nextRun();
  assert.equal((await project.service('client')).state, 'waiting');
  assert.deepEqual(project.entries('client', 'starting'), []);
  await server.print('listening on nothing\n');
  const client = await project.puppet('client').nextRun();
  const { code, stderr } = await up.finished();
  assert.equal(code, 0, stderr);
  const { services, phase, generation } = await project.snapshot();
  assert.deepEqual(
    services.map(({ name, state, pid, run }) => [name, state, pid, run]),
    [
      ['server', 'ready', server.pid, 1],
      ['client', 'ready', client.pid, 1],
    ],
  );
  assert.deepEqual([phase, generation], ['running', 1]);
});

projectTest('up in the foreground shows what services print, with their names', async (project) => {
  project.write('services: {one: {command: puppet one}, two: {command: puppet two}}');
  const up = project.start('up');
  await (await project.puppet('one').nextRun()).print('hello from the first\n');
  await (await project.puppet('two').nextRun()).print('alas\n', 'stderr');
  await up.printed(/one.*hello from the first/);
  await up.printed(/two.*alas/);
  assert.doesNotMatch(up.output, /\u001b/, 'no escapes off a terminal');
});

projectTest('up of a project that runs already changes nothing and says so', async (project) => {
  project.write(SERVER_AND_CLIENT.replace(/ {4}readiness.*\n/, ''));
  await project.succeed('up', '-d');
  const before = await project.snapshot();
  const { code, stderr } = await project.run('up', '-d');
  assert.equal(code, 0);
  assert.match(stderr, new RegExp(`already running as ${before.pid}`));
  const after = await project.snapshot();
  assert.deepEqual(
    after.services.map(({ pid }) => pid),
    before.services.map(({ pid }) => pid),
  );
  assert.equal(after.pid, before.pid);
});

projectTest('a service gets its ports and variables, in its folder, and never the HOSTNAME of the machine', async (project) => {
  const port = await freePort();
  project.env['HOSTNAME'] = 'machine';
  project.env['FROM_OUTSIDE'] = 'yes';
  project.write('FROM_FILE=file\nBOTH=file\n', '.env');
  project.write('', 'app/.keep');
  project.write(`
env: {FROM_PROJECT: project, BOTH: project}
services:
  server:
    command: [puppet, server, "two words", "\${ports.web-ui}"]
    cwd: app
    env_file: .env
    env: {BOTH: own, ADDRESS: "http://127.0.0.1:\${ports.web-ui}", TRICKY: "a=b\\nsecond line"}
    ports: {web-ui: ${port}}
`);
  await project.succeed('up', '-d');
  const { env, cwd, argv } = (await project.puppet('server').nextRun()).hello;
  assert.deepEqual(
    {
      PORT: env['PORT'],
      PORT_WEB_UI: env['PORT_WEB_UI'],
      ADDRESS: env['ADDRESS'],
      FROM_OUTSIDE: env['FROM_OUTSIDE'],
      FROM_FILE: env['FROM_FILE'],
      FROM_PROJECT: env['FROM_PROJECT'],
      BOTH: env['BOTH'],
      TRICKY: env['TRICKY'],
      HOSTNAME: env['HOSTNAME'],
    },
    {
      PORT: `${port}`,
      PORT_WEB_UI: `${port}`,
      ADDRESS: `http://127.0.0.1:${port}`,
      FROM_OUTSIDE: 'yes',
      FROM_FILE: 'file',
      FROM_PROJECT: 'project',
      BOTH: 'own',
      TRICKY: 'a=b\nsecond line',
      HOSTNAME: undefined,
    },
  );
  assert.equal(cwd, `${project.dir}/app`);
  assert.deepEqual(argv, ['two words', `${port}`]);
});

projectTest('up -d of a service that ends exits with 1, and says how it ended and what it printed', async (project) => {
  project.write('services: {broken: {shell: "echo the reason >&2; exit 7", restart: never}}');
  const stderr = await project.fail(1, 'up', '-d');
  assert.match(stderr, /broken/);
  assert.match(stderr, /exit 7/);
  assert.match(stderr, /the reason/);
  assert.equal((await project.service('broken')).state, 'failed');
});

projectTest('an optional service that fails does not fail up -d', async (project) => {
  project.write('services: {server: {command: puppet server}, extra: {shell: "exit 7", restart: never, optional: true}}');
  await project.succeed('up', '-d');
  assert.equal((await project.service('extra')).state, 'failed');
  assert.equal((await project.service('server')).state, 'ready');
});

projectTest('a program that does not exist is a message with its place, and nothing is started', async (project) => {
  project.write('services:\n  fine:\n    command: puppet fine\n  server:\n    command: [no-such-program, --port, "1"]\n');
  const stderr = await project.fail(78, 'up', '-d');
  assert.match(stderr, /omniroute\.yaml:5:\d+/);
  assert.match(stderr, /no-such-program/);
  assert.deepEqual(project.leftovers(), []);
});

projectTest('services of a profile start only when asked for', async (project) => {
  project.write('profiles: {extra: [tunnel]}\nservices: {server: {command: puppet server}, tunnel: {command: puppet tunnel}}');
  await project.succeed('up', '-d');
  assert.equal((await project.service('tunnel')).state, 'stopped');
  await project.succeed('up', '-d', '--profile', 'extra');
  assert.equal((await project.service('tunnel')).state, 'ready');
});

projectTest('commands that need a running project exit with 3 when there is none, and start nothing', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  for (const command of [['ps'], ['why', 'server'], ['events'], ['stop', 'server'], ['wait', 'server'], ['reload']]) {
    assert.match(await project.fail(3, ...command), /is not running/);
  }
  await project.succeed('down');
  assert.deepEqual(project.leftovers(), []);
});

projectTest('who looked for the project before it ever ran finds it while it starts', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  const up = project.start('up', '-d');
  await project.event(null, 'supervisor-started');
  const { dir, stateDir } = project;
  const opened = await openProject(
    { ok: true, files: [join(dir, 'omniroute.yaml')], name: 'project', stateDir, socket: null },
    { usage: false },
  );
  assert.ok(opened.ok, JSON.stringify(opened));
  await up.finished();
});

projectTest('a mistyped command and a mistyped service are told with what may have been meant', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  assert.match(await project.fail(2, 'lgos'), /logs/);
  await project.succeed('up', '-d');
  assert.match(await project.fail(5, 'why', 'sever'), /server/);
});

projectTest('where few files may be open at a time, a project starts that needs no more', async (project) => {
  const path = join(project.root, 'bin', 'few');
  const words = cliCommand([]).map((word) => `'${word}'`);
  writeFileSync(path, `#!/bin/sh\nulimit -n 128\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
  project.executable = path;
  project.write('services: {a: {command: puppet a, ports: {http: auto}}, b: {command: puppet b, ports: {http: auto}}}');
  await project.succeed('up', '-d');
  for (const name of ['a', 'b']) assert.match((await project.puppet(name).nextRun()).hello.env['PORT'] ?? '', /^\d+$/);
});
