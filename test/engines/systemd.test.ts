// The units, started by a real systemd: one of a user, as a machine's own would have to be booted.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TEXTS, WORDS } from '../export/awkward.ts';
import { eventually } from '../rig/within.ts';
import { answerOf, exportTo, makeFolder, PROJECTS, removeFolder, run, runWell } from './engine.ts';

const home = makeFolder('home');
const env = { HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), DBUS_SESSION_BUS_ADDRESS: undefined };
const units = join(home, '.config/systemd/user');
/** It must be the master of the control group that it is in. */
const START = `
mkdir -p /run/systemd/system
for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  if [ -e $tree/cgroup.procs ]; then mkdir -p $tree/omniroute-engines && echo $$ > $tree/omniroute-engines/cgroup.procs; fi
done
exec /lib/systemd/systemd --user`;
let manager: ChildProcess;

const systemctl = (...words: string[]): string => runWell(['systemctl', '--user', ...words], { env });

before(async () => {
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
  mkdirSync(units, { recursive: true });
  manager = spawn('/bin/sh', ['-c', START], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const state = () => run(['systemctl', '--user', 'is-system-running'], { env }).stdout.trim();
  await eventually(
    () => `systemd, which is ${state()}`,
    () => (state() === 'running' ? true : null),
  );
});

after(async () => {
  const exited = once(manager, 'exit');
  systemctl('exit');
  await exited;
  removeFolder(home);
});

/** As somebody installs them; the name of the target. */
function install(folder: string): string {
  cpSync(folder, units, { recursive: true });
  systemctl('daemon-reload');
  return readdirSync(folder).find((name) => name.endsWith('.target')) ?? '';
}

const activeOf = (pattern: string): string =>
  systemctl('list-units', '--state=active,activating,deactivating', '--plain', '--no-legend', pattern);

test('the web app starts in its order and answers, comes back after a crash, and stops with its target', async (t) => {
  const project = PROJECTS.webapp(t);
  systemctl('start', install(exportTo('systemd', project)));
  const web = 'http://127.0.0.1:3000';
  assert.equal(await answerOf(`${web}/health`), 'ok, 0 note(s)\n');
  await fetch(`${web}/notes`, { method: 'POST', body: new URLSearchParams({ note: 'kept by the database' }) });
  assert.match(await answerOf('http://127.0.0.1:5433/notes'), /kept by the database/);
  const announced = (): string | null => run(['cat', join(project, '.omniroute/web/url.txt')]).stdout || null;
  assert.equal(await eventually(() => 'the hook after readiness', announced), `${web}\n`);

  const pid = systemctl('show', '--property=MainPID', '--value', 'webapp-web.service').trim();
  process.kill(Number(pid), 'SIGKILL');
  await eventually(
    () => `another process than ${pid}`,
    () => (['0', pid].includes(systemctl('show', '--property=MainPID', '--value', 'webapp-web.service').trim()) ? null : true),
  );
  assert.match(await answerOf(`${web}/`), /<li>kept by the database/);

  systemctl('stop', 'webapp.target');
  await eventually(
    () => `the end of\n${activeOf('webapp*')}`,
    () => (activeOf('webapp*') === '' ? true : null),
  );
  assert.match(readFileSync(join(project, '.omniroute/database/backup.json'), 'utf8'), /kept by the database/);
});

test('commands, variables and secrets come as they are', async (t) => {
  const project = PROJECTS.awkward(t);
  const folder = exportTo('systemd', project);
  const [secrets = ''] = readdirSync(folder).filter((name) => name.endsWith('.env.example'));
  writeFileSync(join(project, secrets.replace(/\.example$/, '')), 'odd_api_token=sword$1\n');
  const target = install(folder);
  systemctl('start', target);
  const given = JSON.parse(await answerOf('http://127.0.0.1:8099'));
  systemctl('stop', target);
  assert.deepEqual(given.words, WORDS);
  assert.deepEqual(given.env, { ...TEXTS, odd_api_token: 'sword$1' });
});
