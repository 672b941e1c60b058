// A project of one user, looked at by another: root in somebody's folder, and somebody where root has started it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Project, projectTest } from '../rig/project.ts';

const NOBODY = 65_534;

/** Runs a command as the owner of the project's folder, who has no runtime folder but the state folder. */
function runAsOwner(project: Project, ...args: string[]) {
  const bin = resolve(process.env['OMNIROUTE_BIN'] ?? 'dist/bin/omniroute.js');
  const env = { ...project.env, XDG_RUNTIME_DIR: '' };
  const options = { uid: NOBODY, gid: NOBODY, cwd: project.dir, env, encoding: 'utf8', timeout: 30_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], options);
  return { code: status, said: stdout + stderr };
}

function otherUserTest(name: string, body: (project: Project) => Promise<void>): void {
  projectTest(name, async (project, context) => {
    project.write('name: shop\nservices: {server: {command: [sleep, "1000"]}}\n');
    chmodSync(project.root, 0o755);
    for (const path of [project.dir, project.file]) chownSync(path, NOBODY, NOBODY);
    if (process.getuid?.() !== 0 || runAsOwner(project, '--version').code !== 0)
      return context.skip('running as another user takes root, and a checkout that others can read');
    await body(project);
  });
}

otherUserTest('root is told as whom a project runs, and to ask as that user', async (project) => {
  const up = runAsOwner(project, 'up', '-d');
  assert.equal(up.code, 0, up.said);
  const pid = project.read('.omniroute/supervisor/.pid').trim();
  for (const command of ['ps', 'down', 'why server']) {
    const said = await project.fail(1, ...command.split(' '));
    assert.match(said, new RegExp(`the omniroute of shop runs as ${pid} for .*uid ${NOBODY}\\)?, and answers that user alone`), command);
    assert.match(said, /as that user: `sudo -u \S+ omniroute …`/, command);
  }
  assert.match(await project.fail(75, 'up', '-d'), new RegExp(`runs this project already, for .*uid ${NOBODY}.*sudo -u`));
  await project.succeed('logs');
  const down = runAsOwner(project, 'down');
  assert.equal(down.code, 0, down.said);
});

otherUserTest('what root has started is not called gone by those who may not look', async (project) => {
  await project.succeed('up', '-d');
  const { pid } = await project.service('server');
  const expected = {
    ps: /whether shop runs cannot be told: .* belongs to root \(uid 0\)/,
    down: /whether shop runs cannot be told/,
    logs: /the state folder \S+ is closed to us: it belongs to root/,
    'up -d': /the state folder \S+ belongs to another user, root \(uid 0\)/,
  };
  for (const [command, says] of Object.entries(expected)) {
    const { code, said } = runAsOwner(project, ...command.split(' '));
    assert.equal(code, 1, `${command}: ${said}`);
    assert.match(said, says);
    assert.match(said, /sudo -u root omniroute/);
  }
  assert.equal((await project.service('server')).pid, pid);
});

otherUserTest('what runs in a folder that may not even be entered is not called gone', async (project) => {
  project.write('name: shop\nstate_dir: private/state\nservices: {server: {command: [sleep, "1000"]}}\n');
  project.write('', 'private/file');
  chmodSync(join(project.dir, 'private'), 0o700);
  await project.succeed('up', '-d');
  for (const command of ['ps', 'down', 'why server', 'logs']) {
    const { code, said } = runAsOwner(project, ...command.split(' '));
    assert.equal(code, 1, `${command}: ${said}`);
    assert.match(said, /closed to us.* belongs to root \(uid 0\)/, command);
  }
  await project.succeed('down');
});

otherUserTest('where root runs what its owner ran before, the owner still reads the logs', async (project) => {
  for (const words of [['up', '-d'], ['down']]) assert.equal(runAsOwner(project, ...words).code, 0);
  await project.succeed('up', '-d');
  assert.equal(runAsOwner(project, 'logs').code, 0);
  const { code, said } = runAsOwner(project, 'up', '-d');
  assert.deepEqual([code, /runs this project already, for root \(uid 0\)/.test(said)], [75, true], said);
  assert.equal(runAsOwner(project, 'down').code, 1);
  await project.succeed('down');
});
