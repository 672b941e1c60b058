// Who is told of what, by which way, and what becomes of it where nobody listens.
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { type HookReceiver, openHookReceiver } from '../rig/hook-receiver.ts';
import { type Project, projectTest } from '../rig/project.ts';

/** A test with somebody who is told by webhook. */
function hookTest(name: string, body: (project: Project, receiver: HookReceiver) => Promise<void>): void {
  projectTest(name, async (project, context) => {
    const receiver = await openHookReceiver();
    context.after(() => receiver.close());
    await body(project, receiver);
  });
}

const GIVES_UP = '{command: puppet web, restart: never, readiness: {log: {match: up}}}';

/** A service that has given up, and somebody who was told. */
async function failOnce(project: Project, notifications: string): Promise<void> {
  project.write(`notifications:\n${notifications}\nservices: {web: ${GIVES_UP}}`);
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).exit(3);
  assert.equal((await up.finished()).code, 1);
}

hookTest(
  'a webhook is told that a service gave up and that it recovered, in JSON, with the headers of the file',
  async (project, receiver) => {
    project.env['OPS_TOKEN'] = 'hush';
    await failOnce(project, `  - webhook: {url: "${receiver.url}/ops", headers: {Authorization: "Bearer \${env.OPS_TOKEN}"}}`);
    const failed = await receiver.request(1);
    assert.deepEqual(
      [failed.path, failed.headers.authorization, failed.headers['content-type']],
      ['/ops', 'Bearer hush', 'application/json'],
    );
    const [entry] = project.entries('web', 'failed');
    assert.deepEqual(failed.body, {
      schema: 1,
      id: `project/${entry?.seq}`,
      event: 'failed',
      project: 'project',
      service: 'web',
      run: entry?.run ?? null,
      text: `web failed: ${entry?.text}`,
      cause: null,
      at: new Date(entry?.time ?? 0).toISOString(),
      suppressed: 0,
      host: hostname(),
      dir: project.dir,
    });
    const start = project.start('start', 'web');
    await (await project.puppet('web').nextRun()).print('up\n');
    await start.finished();
    const recovered = (await receiver.request(2)).body;
    assert.deepEqual(
      [recovered['event'], recovered['text']],
      ['recovered', `web recovered: ready ${project.entries('web', 'ready').at(-1)?.text}`],
    );
    assert.equal((await project.event(null, 'notification-sent', 2)).text, `${receiver.url} was told that web recovered`);
  },
);

hookTest('it is tried again until it is taken, and what comes meanwhile waits its turn', async (project, receiver) => {
  receiver.answers.push(500, 'silence');
  await failOnce(project, `  - {webhook: {url: "${receiver.url}"}, timeout: 100ms}`);
  const start = project.start('start', 'web');
  await (await project.puppet('web').nextRun()).print('up\n');
  await start.finished();
  await receiver.request(4);
  assert.deepEqual(
    receiver.received.map(({ body }) => body['event']),
    ['failed', 'failed', 'failed', 'recovered'],
  );
  assert.equal(new Set(receiver.received.slice(0, 3).map(({ body }) => body['id'])).size, 1);
});

hookTest('who refuses for good, or does not listen, is an event of the journal, and everything goes on', async (project, receiver) => {
  receiver.answers.push(404, 301);
  const nobody = 'http://127.0.0.1:1';
  const hooks = [receiver.url, `${receiver.url}/moved`, nobody].map((url) => `  - {webhook: {url: "${url}"}, attempts: 1, on: [failed]}`);
  await failOnce(project, hooks.join('\n'));
  await project.event(null, 'notification-failed', 3);
  const told = project.entries(null, 'notification-failed').map(({ text }) => text);
  assert.deepEqual(told.toSorted(), [
    `${nobody} could not be told that web failed: connection refused`,
    `${receiver.url} could not be told that web failed: HTTP 301, a redirect, which is not followed`,
    `${receiver.url} could not be told that web failed: HTTP 404`,
  ]);
  assert.deepEqual(receiver.received.map(({ path }) => path).toSorted(), ['/', '/moved']);
});

projectTest('a command is told in its environment, in the folder of the file', async (project) => {
  await failOnce(
    project,
    `  - shell: 'echo "$OMNIROUTE_EVENT|$OMNIROUTE_PROJECT|$OMNIROUTE_SERVICE|$OMNIROUTE_TEXT" > told; echo "$OMNIROUTE_NOTIFICATION" > told.json'`,
  );
  await project.event(null, 'notification-sent');
  const [entry] = project.entries('web', 'failed');
  assert.equal(project.read('told'), `failed|project|web|web failed: ${entry?.text}\n`);
  assert.equal((JSON.parse(project.read('told.json')) as { service: string }).service, 'web');
});

projectTest('a command that takes too long is killed with all it started', async (project) => {
  await failOnce(project, '  - {shell: "puppet pager & exec puppet phone", timeout: 2s, attempts: 1}');
  await project.puppet('pager').nextRun();
  await project.puppet('phone').nextRun();
  assert.match((await project.event(null, 'notification-failed')).text, /could not be told that web failed: timed out after 2s/);
  assert.deepEqual(
    project.leftovers().filter(({ command }) => /pager|phone/.test(command)),
    [],
  );
});

projectTest('a command that is on its way when all goes down is ended too', async (project) => {
  await failOnce(project, '  - {command: puppet pager, timeout: 5m}');
  await project.puppet('pager').nextRun();
  await project.succeed('down');
  assert.match((await project.event(null, 'notification-failed')).text, /killed by SIGKILL/);
  assert.deepEqual(project.leftovers(), []);
});

hookTest('a failure that ends the project is told before omniroute ends', async (project, receiver) => {
  project.write(`notifications: [{webhook: {url: "${receiver.url}"}}]\nservices: {job: {type: job, command: [sh, -c, exit 4]}}`);
  assert.equal((await project.run('up')).code, 1);
  assert.deepEqual(
    receiver.received.map(({ body }) => [body['service'], body['event']]),
    [['job', 'failed']],
  );
});

hookTest('a change that is taken back is told, and whom to tell is changed without touching a process', async (project, receiver) => {
  const file = (notifications: string, value: string): string =>
    `reload: {watch: false, settle: 10s}\nnotifications: ${notifications}\nservices: {web: {command: puppet web, restart: never, env: {VALUE: '${value}'}}}`;
  project.write(file('[]', 'good'));
  await project.succeed('up', '-d');
  const { pid } = await project.puppet('web').nextRun();
  project.write(file(`[{webhook: {url: "${receiver.url}"}, services: [web]}]`, 'good'));
  await project.succeed('reload');
  assert.equal((await project.service('web')).pid, pid);
  project.write(file(`[{webhook: {url: "${receiver.url}"}, services: [web]}]`, 'bad'));
  await project.succeed('reload');
  await (await project.puppet('web').nextRun()).exit(1);
  const { body } = await receiver.request(2);
  assert.deepEqual([receiver.received[0]?.body['event'], body['event']], ['failed', 'rolled-back']);
  assert.match(String(body['text']), /^web was rolled back: generation 3 taken back: .*env\.VALUE.*omniroute\.yaml:3/);
});

hookTest('secrets are in nothing that is told or shown', async (project, receiver) => {
  project.env['API_TOKEN'] = 'hush-hush';
  const rules = "crash_rules: [{name: r, when: {cause: [exit]}, then: [{fail: 'refused with ${env.API_TOKEN}'}]}]";
  project.write(
    `notifications:\n  - webhook: {url: "${receiver.url}/services/T0123", headers: {X-Auth-Token: abc}}\nservices: {web: {command: puppet web, ${rules}}}`,
  );
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).exit(1);
  await up.finished();
  const { body } = await receiver.request(1);
  assert.equal(body['text'], 'web failed: refused with ***');
  const { notifications } = JSON.parse(await project.succeed('config', '--json')) as { notifications: { target: object }[] };
  assert.deepEqual(notifications[0]?.target, { type: 'webhook', url: `${receiver.url}/***`, headers: { 'X-Auth-Token': '***' } });
  await project.event(null, 'notification-sent');
  assert.ok(!JSON.stringify(project.journal()).includes('T0123'));
});
