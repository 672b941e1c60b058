import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

projectTest('dependents of a failed service wait with the reason, and start when it recovers', async (project) => {
  project.write(`
services:
  base: {command: puppet base, readiness: {log: {match: go}}, restart: {max_attempts: 1, backoff: {first: 0s, initial: 10ms}, retry_after: never}}
  top: {command: puppet top, depends_on: [base]}
`);
  const up = project.start('up', '-d');
  await (await project.puppet('base').nextRun()).exit(1);
  await (await project.puppet('base').nextRun()).exit(1);
  assert.equal((await up.finished()).code, 1);
  const { state, blockedBy, why } = await project.service('top');
  assert.deepEqual(
    [state, blockedBy],
    ['waiting', [{ type: 'dependency', service: 'base', condition: 'ready', state: 'failed', disabled: false }]],
  );
  assert.match(why, /base.*failed/);
  const start = project.start('start', 'base');
  await (await project.puppet('base').nextRun()).print('go\n');
  assert.equal((await start.finished()).code, 0);
  assert.equal((await project.puppet('top').nextRun()).run, 1);
});

projectTest('a dependency that comes back leaves its dependents alone, unless they asked to be restarted along', async (project) => {
  project.write(`
services:
  base: {command: puppet base}
  calm: {command: puppet calm, depends_on: [base]}
  bound: {command: puppet bound, depends_on: {base: {condition: ready, restart: always}}}
`);
  await project.succeed('up', '-d');
  const calm = await project.puppet('calm').nextRun();
  const bound = await project.puppet('bound').nextRun();
  process.kill((await project.puppet('base').nextRun()).pid, 'SIGKILL');
  const again = await project.puppet('bound').nextRun();
  await project.waitFor('bound', 'ready');
  assert.deepEqual([again.run, bound.alive, calm.alive], [2, false, true]);
  const { lastEnd, attempt } = await project.service('bound');
  assert.deepEqual([lastEnd?.cause, attempt], [{ type: 'dependency', service: 'base' }, 0]);
  assert.equal((await project.service('calm')).run, 1);
});

projectTest('readiness lost is shown, restarts nothing, and is regained', async (project) => {
  project.write(`
services:
  server:
    command: puppet server
    ports: {http: auto}
    readiness: {http: {url: "http://127.0.0.1:\${ports.http}/"}, period: 20ms, failure_threshold: 2}
`);
  const up = project.start('up', '-d');
  const run = await project.puppet('server').nextRun();
  await run.listen(Number(run.hello.env['PORT']), { status: 503 });
  assert.equal((await project.service('server')).state, 'starting');
  await run.answer(200);
  assert.equal((await up.finished()).code, 0);
  await run.answer(500);
  assert.match((await project.waitFor('server', 'unready')).why, /500/);
  await run.answer(204);
  assert.equal((await project.waitFor('server', 'ready')).pid, run.pid);
});

projectTest('a line of fail_on ends a start at once and is quoted as the reason', async (project) => {
  project.write(`
services:
  server:
    command: puppet server
    readiness: {log: {match: never}, start_timeout: 1h, fail_on: ["instrumentation hook"]}
    restart: never
`);
  const up = project.start('up', '-d');
  await (await project.puppet('server').nextRun()).print('error in the instrumentation hook\n', 'stderr');
  const { code, stderr } = await up.finished();
  assert.equal(code, 1);
  assert.match(stderr, /error in the instrumentation hook/);
  assert.equal((await project.service('server')).lastEnd?.cause.type, 'fail-on');
});

projectTest('a cycle is refused with its path', async (project) => {
  project.write(
    'services:\n  a: {command: puppet a, depends_on: [b]}\n  b: {command: puppet b, depends_on: [c]}\n  c: {command: puppet c, depends_on: [b]}\n',
  );
  assert.match(await project.fail(78, 'up', '-d'), /b → c → b|c → b → c/);
});

projectTest('up SERVICE starts what it depends on, --no-deps does not', async (project) => {
  project.write('services: {base: {command: puppet base}, top: {command: puppet top, depends_on: [base]}, else: {command: puppet else}}');
  await project.succeed('up', '-d', 'top');
  assert.deepEqual((await project.snapshot()).services.map(({ name, state }) => `${name} ${state}`).sort(), [
    'base ready',
    'else stopped',
    'top ready',
  ]);
  await project.succeed('down');
  await project.succeed('up', '-d', 'top', '--no-deps');
  assert.deepEqual((await project.snapshot()).services.map(({ name, state }) => `${name} ${state}`).sort(), [
    'base stopped',
    'else stopped',
    'top ready',
  ]);
});

const CHAIN = `
services:
  db: {command: puppet db}
  api: {command: puppet api, depends_on: [db]}
  web: {command: puppet web, depends_on: [api]}
`;

projectTest('nobody waits for what is disabled, nor for what stands behind it, and is told why', async (project) => {
  project.write(CHAIN.replace('puppet db', 'puppet db, enabled: false'));
  assert.match(await project.fail(1, 'up', '-d'), /api is waiting: waits for db to be started.*\n[^]*not waited for any longer: web/);
  assert.match(await project.fail(1, 'wait', 'db'), /db is waiting: disabled by the file[^]*omniroute enable db/);
  assert.match(await project.fail(1, 'wait', 'web'), /web is waiting: waits for api to be started/);
  assert.match(await project.fail(1, 'start', 'web'), /web is waiting/);
  const wait = project.start('wait', 'db', '--for', 'stopped');
  assert.equal((await wait.finished()).code, 0);
});

projectTest(
  'a wait ends when somebody disables what its service stands behind, and a restart behind a stopped one too',
  async (project) => {
    project.write(CHAIN.replace('puppet api,', 'puppet api, readiness: {log: {match: go}},'));
    const up = project.start('up', '-d');
    const api = await project.puppet('api').nextRun();
    const wait = project.start('wait', 'web');
    await api.print('go\n');
    assert.deepEqual([(await up.finished()).code, (await wait.finished()).code], [0, 0]);
    await project.succeed('stop', 'db');
    assert.match(await project.fail(1, 'restart', 'api'), /api is waiting: waits for db to be started, it is stopped/);
    process.kill((await project.puppet('web').nextRun()).pid, 'SIGKILL');
    await project.waitFor('web', 'waiting');
    const said = project.start('wait', 'web', '--timeout', '100ms');
    assert.equal((await said.finished()).code, 124);
    assert.match(said.stderr, /web waits for api to be ready, it is waiting: waiting until somebody starts it/);
    const another = project.start('wait', 'web');
    await project.succeed('disable', 'db');
    assert.equal((await another.finished()).code, 1);
  },
);

projectTest('a start of what is taken out of the file meanwhile fails, and says so', async (project) => {
  const file = 'services: {server: {command: puppet server}, late: {command: puppet late, readiness: {log: {match: listening}}}}';
  project.write(file);
  await project.succeed('up', '-d', 'server');
  const start = project.start('start', 'late');
  await project.puppet('late').nextRun();
  project.write(file.replace(/, late:.*/, '}'));
  const { code, stderr } = await start.finished();
  assert.equal(code, 1);
  assert.match(stderr, /late is gone: the file has it no more/);
});

projectTest('a wait for what never ran follows the file to another state folder', async (project) => {
  project.write(CHAIN);
  const wait = project.start('wait', 'web', '--timeout', '1h');
  await wait.printed(/is not running: waiting for it to be started/);
  project.write(`name: shop\nstate_dir: elsewhere\n${CHAIN}`);
  await project.succeed('up', '-d');
  assert.equal((await wait.finished()).code, 0);
});

projectTest('a wait outlasts the start of omniroute itself', async (project) => {
  project.write(CHAIN);
  const wait = project.start('wait', 'web', '--timeout', '1h');
  await wait.printed(/is not running: waiting for it to be started/);
  await project.succeed('up', '-d');
  assert.equal((await wait.finished()).code, 0);
});
