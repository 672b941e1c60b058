import assert from 'node:assert/strict';
import { takePort } from '../rig/free-port.ts';
import { projectTest } from '../rig/project.ts';

function textOf(server: string, settle = '1h'): string {
  return `reload: {settle: ${settle}}\nservices:\n  server: {command: puppet server, ${server}}\n  other: {command: puppet other}\n`;
}

projectTest('a good edit that makes a service crash is taken back, and it is said which change did it', async (project) => {
  project.write(textOf('env: {VALUE: good}'));
  await project.succeed('up', '-d');
  const other = await project.puppet('other').nextRun();
  await project.puppet('server').nextRun();
  const broken = textOf('env: {VALUE: bad}');
  project.write(broken);
  const second = await project.puppet('server').nextRun();
  assert.equal(second.hello.env['VALUE'], 'bad');
  await second.exit(1);
  const third = await project.puppet('server').nextRun();
  assert.equal(third.hello.env['VALUE'], 'good');
  const { text } = await project.event('server', 'rolled-back');
  assert.match(text, /exit 1 after a change of env\.VALUE \(omniroute\.yaml:3:\d+\)/);
  const { file, services } = await project.snapshot();
  assert.equal(file.status, 'rolled-back');
  assert.equal(services.find(({ name }) => name === 'other')?.pid, other.pid);
  assert.equal(project.read('omniroute.yaml'), broken, 'the file is the user’s');
  assert.match(project.read('.omniroute/last-good.yaml'), /VALUE: good/);
});

projectTest('a changed service that does not become ready is a failed change', async (project) => {
  const readiness = (timeout: string, value: string) =>
    `env: {VALUE: ${value}}, readiness: {log: {match: go}, start_timeout: ${timeout}}, stop: {grace_period: 1s}`;
  project.write(textOf(readiness('1h', 'good')));
  const up = project.start('up', '-d');
  await (await project.puppet('server').nextRun()).print('go\n');
  await up.finished();
  project.write(textOf(readiness('300ms', 'bad')));
  assert.match((await project.event('server', 'rolled-back')).text, /not ready .* after a change of .*env\.VALUE/);
  // A puppet that is late may be ended before it has said anything.
  const next = await project.puppet('server').nextRun();
  const last = next.hello.env['VALUE'] === 'bad' ? await project.puppet('server').nextRun() : next;
  assert.equal(last.hello.env['VALUE'], 'good');
});

projectTest('a service that is fine for the settle time is kept, and later crashes are its own', async (project) => {
  project.write(textOf('env: {VALUE: "1"}', '20ms'));
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  project.write(textOf('env: {VALUE: "2"}', '20ms'));
  const second = await project.puppet('server').nextRun();
  await project.event(null, 'reload-settled');
  await second.exit(1);
  assert.equal((await project.puppet('server').nextRun()).hello.env['VALUE'], '2');
  assert.deepEqual(project.entries('server', 'rolled-back'), []);
  assert.match(project.read('.omniroute/last-good.yaml'), /VALUE: "2"/);
});

projectTest('on_failure: keep leaves the new generation in place', async (project) => {
  const text = (value: string) =>
    `reload: {settle: 1h, on_failure: keep}\nservices: {server: {command: puppet server, env: {VALUE: ${value}}}}`;
  project.write(text('a'));
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  project.write(text('b'));
  await (await project.puppet('server').nextRun()).exit(1);
  assert.equal((await project.puppet('server').nextRun()).hello.env['VALUE'], 'b');
  assert.deepEqual(project.entries('server', 'rolled-back'), []);
});

projectTest('a new service whose port is taken for the whole settle time is taken back', async (project, context) => {
  const { port } = await takePort(context);
  project.write(textOf('env: {A: b}', '50ms'));
  await project.succeed('up', '-d');
  project.write(`${textOf('env: {A: b}', '50ms')}  late: {command: puppet late, ports: {http: ${port}}}\n`);
  assert.match((await project.event('late', 'rolled-back')).text, /port/);
  assert.ok((await project.snapshot()).services.every(({ name, state }) => name === 'late' || state === 'ready'));
});

projectTest('what was taken back is not applied again until the file changes', async (project) => {
  project.write(textOf('env: {VALUE: good}'));
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  project.write(textOf('env: {VALUE: bad}'));
  await (await project.puppet('server').nextRun()).exit(1);
  await project.puppet('server').nextRun();
  await project.event('server', 'rolled-back');
  project.write(textOf('env: {VALUE: better}'));
  assert.equal((await project.puppet('server').nextRun()).hello.env['VALUE'], 'better');
  assert.equal((await project.snapshot()).file.status, 'current');
});
