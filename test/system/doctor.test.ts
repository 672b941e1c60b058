import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../rig/free-port.ts';
import { projectTest } from '../rig/project.ts';

interface Report {
  readonly findings: readonly { readonly level: string; readonly subject: string; readonly text: string; readonly place: string | null }[];
}

projectTest(
  'doctor names who has a port of the project, with its place, and ends with 1; while the project runs that is its own',
  async (project) => {
    const port = await freePort();
    project.write(`services:\n  server:\n    command: puppet server\n    ports: {http: ${port}}\n`);
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const ill = await project.run('doctor', '--json');
    const { findings } = JSON.parse(ill.stdout) as Report;
    const risk = findings.find(({ level }) => level === 'risk');
    assert.equal(ill.code, 1);
    assert.match(risk?.text ?? '', new RegExp(`port ${port} is taken by pid ${process.pid} `));
    assert.equal(risk?.place, 'omniroute.yaml:4:5');
    await new Promise((resolve) => stranger.close(resolve));
    await project.succeed('up', '-d');
    await (await project.puppet('server').nextRun()).listen(port);
    assert.match(await project.succeed('doctor'), /this machine[\s\S]*this project[\s\S]*may take all the memory/);
  },
);

projectTest('doctor works without a project, and refuses a broken one with its places', async (project) => {
  assert.match(await project.succeed('doctor'), /this machine/);
  project.write('services: {a: {comand: x}}');
  assert.match(await project.fail(78, 'doctor'), /omniroute.yaml:1:16 error unknown-key/);
});
