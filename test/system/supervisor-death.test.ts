// What becomes of services when omniroute itself is killed, where the file wants them stopped.
import assert from 'node:assert/strict';
import { type Project, projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const TWO = `on_supervisor_death: stop
services:
  server: {command: puppet server, hooks: {post_exit: [touch, cleaned]}}
  mitm: {command: puppet mitm, depends_on: [server]}
`;

async function untilAllGone(project: Project): Promise<void> {
  await eventually(
    () =>
      `nothing to be left; there is ${project
        .leftovers()
        .map(({ command }) => command)
        .join(', ')}`,
    () => (project.leftovers().length === 0 ? true : null),
  );
}

projectTest('killed, omniroute leaves nothing: its services are stopped in order, with their hooks', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await untilAllGone(project);
  const stops = project.journal().filter(({ type }) => type === 'stopped');
  assert.deepEqual(
    stops.map(({ service }) => service),
    ['mitm', 'server'],
  );
  project.read('cleaned');
});

projectTest('down and upgrade are no deaths', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { pid } = await project.service('server');
  await project.succeed('upgrade');
  assert.equal((await project.service('server')).pid, pid);
  await project.succeed('down');
  assert.deepEqual(project.leftovers(), []);
});

projectTest('the guardian comes and goes with the line of the file, and ps says when it was killed', async (project) => {
  project.write(TWO.replace('stop\n', 'keep\n'));
  await project.succeed('up', '-d');
  const count = project.leftovers().length;
  project.write(TWO);
  await project.succeed('reload');
  const guardian = project.leftovers().find(({ command }) => command.includes('while read -r _'));
  assert.ok(guardian);
  process.kill(guardian.pid, 'SIGKILL');
  await eventually(
    () => 'ps to tell that nobody stands by',
    async () => ((await project.succeed('ps', '--json')).includes('the guardian ended (SIGKILL)') ? true : null),
  );
  project.write(TWO.replace('stop\n', 'keep\n'));
  await project.succeed('reload');
  assert.deepEqual((await project.snapshot()).degraded, []);
  // Who read the file for the reload is killed as soon as it has answered, and may be on its way out.
  await eventually(
    () => `the guardian to be gone: ${JSON.stringify(project.leftovers())}`,
    () => (project.leftovers().length === count ? true : null),
  );
});
