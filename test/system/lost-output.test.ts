// Output that cannot be written, as on a full disk: /dev/full takes nothing.
import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

const FILE = 'services: {server: {command: puppet server}}';
const LOST = 'omniroute: its output could not be written: ENOSPC: no space left on device, write\n';

for (const words of [['up'], ['up', '--json']])
  projectTest(`${words.join(' ')} onto a full disk says so once, supervises on, and ends with 1`, async (project) => {
    project.write(FILE);
    const up = project.startOnto('/dev/full', ...words);
    const first = await project.puppet('server').nextRun();
    await first.print('one\n');
    await up.printed(/could not be written/);
    await first.exit(1);
    await (await project.puppet('server').nextRun()).print('two\n');
    await project.succeed('down');
    const { code, signal, stderr } = await up.finished();
    assert.deepEqual([code, signal], [1, null]);
    assert.equal(stderr.split(LOST).length, 2, stderr);
    assert.match(stderr, /services go on, and `omniroute logs` shows what they print/);
    assert.equal(await project.succeed('logs'), 'one\ntwo\n');
  });

projectTest('whatever prints onto a full disk says so and ends with 1', async (project) => {
  project.write(FILE);
  await project.succeed('up', '-d');
  await (await project.puppet('server').nextRun()).print('one\n');
  await project.snapshot();
  for (const words of [['ps'], ['ps', '--json'], ['status', 'server'], ['why', 'server'], ['logs'], ['events'], ['config'], ['schema']]) {
    const { code, stderr } = await project.startOnto('/dev/full', ...words).finished();
    assert.deepEqual([code, stderr], [1, LOST], words.join(' '));
  }
});
