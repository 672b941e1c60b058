// Reading the file is done elsewhere: while it goes on, and if it never ends, everything else does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectTest } from '../rig/project.ts';
import { eventually } from '../rig/within.ts';

const GOOD = 'services: {server: {command: puppet server}}\n';

projectTest(
  'while the file is being read, which may take for ever, a crash is healed, commands are answered, and down leaves nothing',
  async (project) => {
    project.write(GOOD);
    await project.succeed('up', '-d');
    const first = await project.puppet('server').nextRun();
    execFileSync('mkfifo', [join(project.dir, 'endless.yaml')]);
    project.write(`include: endless.yaml\n${GOOD}`);
    const isReader = ({ command }: { readonly command: string }): boolean => command.endsWith(' __load');
    await eventually(
      () => 'somebody to read the file',
      async () => project.leftovers().find(isReader) ?? null,
    );
    process.kill(first.pid, 'SIGKILL');
    const second = await project.puppet('server').nextRun();
    assert.equal((await project.service('server')).pid, second.pid);
    assert.ok(project.leftovers().some(isReader), 'it is still reading');
    await project.succeed('down');
    assert.deepEqual(project.leftovers(), []);
  },
);

projectTest('what reads the file may be killed, and the next save is read all the same', async (project) => {
  project.write(GOOD);
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  execFileSync('mkfifo', [join(project.dir, 'endless.yaml')]);
  project.write(`include: endless.yaml\n${GOOD}`);
  const reader = await eventually(
    () => 'somebody to read the file',
    async () => project.leftovers().find(({ command }) => command.endsWith(' __load')) ?? null,
  );
  // The good file is there before the broken reload is over.
  project.write(GOOD.replace('server}', 'server, env: {VALUE: "2"}}'));
  process.kill(reader.pid, 'SIGKILL');
  assert.equal((await project.puppet('server').nextRun()).hello.env['VALUE'], '2');
});
