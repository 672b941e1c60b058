import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

// As when the last session of the user ends and takes the runtime folder along, or a cleaner of temporary files comes by.
projectTest('an omniroute whose socket was removed is told to run, with its pid and how to end it', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  const { pid } = await project.snapshot();
  rmSync(join(project.env['XDG_RUNTIME_DIR'] as string, 'omniroute'), { recursive: true });
  for (const command of ['ps', 'down']) {
    assert.match(await project.fail(1, command), new RegExp(`runs as ${pid}, but cannot be reached.*\\n.*kill ${pid}\``));
  }
  process.kill(pid, 'SIGTERM');
  await eventually(
    () => 'everything to be gone',
    async () => (project.leftovers().length === 0 ? true : null),
  );
});
