import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

projectTest('down --force ends at once what a service left behind, also while its grace period runs', async (project) => {
  project.write('services: {server: {command: puppet server, stop: {grace_period: 1h}}}');
  await project.succeed('up', '-d');
  const run = await project.puppet('server').nextRun();
  const grandchild = await run.spawnGrandchild({ setsid: true, ignoreTerm: true });
  const patient = project.start('down');
  await eventually(
    () => 'the service to be gone, though not its grandchild',
    async () => (run.alive ? null : true),
  );
  assert.equal(grandchild.alive, true);
  assert.match(await project.fail(1, 'restart', 'server'), /is going down: once it is gone, `omniroute up` starts it again/);
  await project.succeed('down', '--force');
  assert.equal((await patient.finished()).code, 0);
  assert.deepEqual(project.leftovers(), []);
});
