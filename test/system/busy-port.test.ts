import assert from 'node:assert/strict';
import { freePort, takePort } from '../rig/free-port.ts';
import { projectTest } from '../rig/project.ts';

projectTest('a taken port is waited for, its holder named, and nothing is counted', async (project, context) => {
  const { port, release } = await takePort(context);
  project.write(`services: {server: {command: puppet server, ports: {http: ${port}}}}`);
  const up = project.start('up', '-d');
  const waiting = await project.event('server', 'waiting');
  assert.match(waiting.text, new RegExp(`port ${port} is taken by ${process.pid}`));
  const { state, blockedBy, attempt } = await project.service('server');
  assert.deepEqual([state, attempt], ['waiting', 0]);
  assert.deepEqual(
    blockedBy.map((blocker) => blocker.type === 'port' && [blocker.port, blocker.pid]),
    [[port, process.pid]],
  );
  await release();
  const run = await project.puppet('server').nextRun();
  assert.equal((await up.finished()).code, 0);
  const { restarts, attempt: attemptNow, pid } = await project.service('server');
  assert.deepEqual([pid, restarts, attemptNow], [run.pid, 0, 0]);
});

projectTest('up -d --wait gives up on a port that stays taken, with 124 and the holder', async (project, context) => {
  const { port } = await takePort(context);
  project.write(`services: {server: {command: puppet server, ports: {http: ${port}}}}`);
  assert.match(await project.fail(124, 'up', '-d', '--wait=100ms'), new RegExp(`port ${port}.*${process.pid}`));
});

projectTest('a port named only in the last words of a crash is waited for, by a rule', async (project, context) => {
  const { port, release } = await takePort(context);
  project.write(`
services:
  server:
    command: puppet server
    crash_rules:
      - {name: port-busy, when: {log: {match: "EADDRINUSE.*?:(\\\\d+)"}}, then: [{wait_for_port: "$1"}]}
`);
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.print(`Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`, 'stderr');
  await first.exit(1);
  // Told once the port was looked at: until then it waits for that look.
  await project.event('server', 'waiting');
  const { blockedBy, attempt } = await project.waitFor('server', 'waiting');
  assert.deepEqual([blockedBy[0]?.type, attempt], ['port', 0]);
  await release();
  assert.equal((await project.puppet('server').nextRun()).run, 2);
});

projectTest('two services on one port are a mistake of the file', async (project) => {
  const port = await freePort();
  project.write(`services:\n  a: {command: puppet a, ports: {http: ${port}}}\n  b: {command: puppet b, ports: {http: ${port}}}\n`);
  assert.match(await project.fail(78, 'up', '-d'), new RegExp(`omniroute\\.yaml:\\d:\\d+[^]*${port}`));
});

projectTest('an automatic port is free, and stays the same over restarts', async (project) => {
  project.write(
    'services: {a: {command: puppet a, ports: {http: auto}}, b: {command: puppet b, ports: {http: auto}, env: {A: "${services.a.ports.http}"}}}',
  );
  await project.succeed('up', '-d');
  const [a, b] = [await project.puppet('a').nextRun(), await project.puppet('b').nextRun()];
  const port = a.hello.env['PORT'];
  assert.notEqual(port, b.hello.env['PORT']);
  assert.equal(b.hello.env['A'], port);
  await a.listen(Number(port));
  await project.succeed('restart', 'a');
  assert.equal((await project.puppet('a').nextRun()).hello.env['PORT'], port);
});
