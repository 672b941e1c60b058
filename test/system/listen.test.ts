import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { projectTest } from '../rig/project.ts';

projectTest('an address that cannot be listened at fails `up -d` with the reason, and no token for it is told', async (project) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    project.write('services: {server: {command: puppet server}}');
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const said = await project.fail(1, 'up', '-d', '--listen', address);
    assert.match(said, new RegExp(`cannot listen on ${address}: the port is taken`));
    assert.doesNotMatch(said, /token/);
    assert.equal((await project.service('server')).state, 'ready');
  } finally {
    other.close();
  }
});

projectTest('options that only a start takes up are said not to be applied to an omniroute that runs', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const again = await project.run('up', '-d', '--no-watch', '--max-restarts', '3');
  assert.deepEqual([again.code, /not applied: --max-restarts, --no-watch: .*/.exec(again.stderr)?.length], [0, 1], again.stderr);
});
