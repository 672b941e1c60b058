import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

const ONE = 'services: {server: {command: puppet server}}';

projectTest('every byte a service printed is on disk, its last words without a newline too', async (project) => {
  project.write(ONE);
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  await run.print('one\ntwo\n');
  await project.snapshot();
  await run.print('zwei ½ \u001b[31mrot\u001b[0m\n', 'stderr');
  await project.snapshot();
  await run.print('no newline');
  await project.succeed('down');
  assert.equal(project.read('.omniroute/server/log'), 'one\ntwo\nzwei ½ \u001b[31mrot\u001b[0m\nno newline');
});

projectTest('logs are read from the files when everything is dead', async (project) => {
  project.write(ONE);
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  await run.print('one\ntwo\nthree\n');
  await run.print('alas\n', 'stderr');
  await run.exit(1);
  await (await project.puppet('server').nextRun()).print('second run\n');
  await project.succeed('down');
  assert.deepEqual(project.leftovers(), []);
  const lines = async (...args: string[]) => (await project.succeed('logs', ...args)).split('\n').filter(Boolean);
  assert.deepEqual(await lines('server'), ['one', 'two', 'three', 'alas', 'second run']);
  assert.deepEqual(await lines('server', '-n', '2'), ['alas', 'second run']);
  assert.deepEqual(await lines('server', '--stream', 'err'), ['alas']);
  assert.deepEqual(await lines('server', '--run', '1', '-g', '^t'), ['two', 'three']);
  assert.deepEqual(await lines('server', '--run', '-1'), ['second run']);
  assert.deepEqual(await lines('server', '--until', '2001-01-01'), []);
  assert.deepEqual((await lines('server', '--since', '1h')).length, 5);
  const [first] = await lines('server', '--json');
  const { service, stream, run: number, text } = JSON.parse(first as string) as Record<string, unknown>;
  assert.deepEqual({ service, stream, number, text }, { service: 'server', stream: 'out', number: 1, text: 'one' });
});

projectTest('a run that was not, or is not kept, is said to be unknown with the runs that there are', async (project) => {
  project.write('services: {server: {command: puppet server}, spare: {command: puppet spare, enabled: false}}');
  await project.succeed('up', '-d');
  await (await project.puppet('server').nextRun()).print('one\n');
  await project.succeed('restart', 'server');
  await (await project.puppet('server').nextRun()).print('two\n');
  const follow = project.start('logs', '-f', 'server', '--run', '3');
  await follow.printed(/there is no run 3 in the log of server: waiting for it/);
  await project.fail(5, 'logs', '-f', '--run', '-3');
  await project.succeed('restart', 'server');
  await (await project.puppet('server').nextRun()).print('three\n');
  await follow.printed(/^three$/m);
  follow.signal('SIGINT');
  await follow.finished();
  await project.succeed('down');
  for (const run of ['4', '-4'])
    assert.match(
      await project.fail(5, 'logs', 'server', '--run', run),
      new RegExp(`^omniroute: there is no run ${run} in the log of server\\nserver has runs 1 to 3\\n$`),
    );
  assert.match(await project.fail(5, 'logs', '--run', '4', '--json'), /^omniroute: there is no run 4/);
  assert.match(await project.fail(5, 'logs', 'spare', '--run', '1'), /spare has none\n$/);
  assert.equal(await project.succeed('logs', '--run', '2', '-g', 'not there'), '');
});

projectTest('logs of several services are merged in the order of time', async (project) => {
  project.write('services: {a: {command: puppet a}, b: {command: puppet b}}');
  await project.succeed('up', '-d');
  const [a, b] = [await project.puppet('a').nextRun(), await project.puppet('b').nextRun()];
  for (const [run, text] of [
    [a, '1'],
    [b, '2'],
    [a, '3'],
    [b, '4'],
  ] as const) {
    await run.print(`line ${text}\n`);
    // A round trip: what was printed has its time before the next is printed.
    await project.snapshot();
  }
  const shown = await project.succeed('logs');
  assert.deepEqual(shown.match(/line \d/g), ['line 1', 'line 2', 'line 3', 'line 4']);
});

projectTest('logs -f goes on with what is printed next, across a restart', async (project) => {
  project.write(ONE);
  await project.succeed('up', '-d');
  const first = await project.puppet('server').nextRun();
  await first.print('before\n');
  const follow = project.start('logs', '-f', 'server');
  await follow.printed(/^before$/m);
  await first.print('after\n');
  await follow.printed(/^after$/m);
  await first.exit(1);
  await (await project.puppet('server').nextRun()).print('again\n');
  await follow.printed(/^again$/m);
  follow.signal('SIGINT');
  await follow.finished();
  assert.equal(follow.stdout, 'before\nafter\nagain\n');
});

projectTest('rotation loses no line and cuts none', async (project) => {
  const count = 3_000;
  project.write('logs: {max_size: 16KiB, keep: 100}\nservices: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  for (let from = 0; from < count; from += 100) {
    await run.print(Array.from({ length: 100 }, (_, n) => `line ${from + n}\n`).join(''));
  }
  await project.succeed('down');
  const shown = (await project.succeed('logs', 'server')).trimEnd().split('\n');
  assert.deepEqual(
    shown,
    Array.from({ length: count }, (_, n) => `line ${n}`),
  );
  assert.ok(project.read('.omniroute/server/log.1').length > 0, 'it has rotated at all');
});

projectTest('a service that prints a lot just before it dies loses nothing', async (project) => {
  // Node's own stdout would drop what does not fit into the pipe when the program exits.
  project.write("services: {burst: {type: job, shell: 'seq 100000; exit 3'}}");
  await project.fail(1, 'up', '-d');
  const lines = (await project.succeed('logs', 'burst')).trimEnd().split('\n');
  assert.deepEqual(
    lines,
    Array.from({ length: 100_000 }, (_, n) => `${n + 1}`),
  );
});

projectTest('a pid file says which process runs, for scripts', async (project) => {
  project.write('services: {tunnel/cloudflared: {command: puppet tunnel}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('tunnel').nextRun();
  assert.equal(project.read('.omniroute/tunnel/cloudflared/.pid').trim(), `${run.pid}`);
  assert.equal(project.read('.omniroute/supervisor/.pid'), `${(await project.snapshot()).pid}\n`);
});

projectTest('values captured from the output are shown and given to other services', async (project) => {
  project.write(`
services:
  tunnel:
    command: puppet tunnel
    outputs: {url: {match: "https://[a-z-]+\\\\.example\\\\.com"}}
    readiness: {outputs: [url]}
  client:
    command: puppet client
    env: {URL: "\${services.tunnel.outputs.url}"}
    depends_on: [tunnel]
`);
  const up = project.start('up', '-d');
  const tunnel = await project.puppet('tunnel').nextRun();
  await tunnel.print('your address: \u001b[1mhttps://blue-cat.exam');
  await tunnel.print('ple.com\u001b[0m is ready\n');
  const client = await project.puppet('client').nextRun();
  assert.equal(client.hello.env['URL'], 'https://blue-cat.example.com');
  assert.equal((await up.finished()).code, 0);
  assert.match(await project.succeed('ps'), /url=https:\/\/blue-cat\.example\.com/);
});
