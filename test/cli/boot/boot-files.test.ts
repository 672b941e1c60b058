import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BootRequest, stopTimeoutMs } from '../../../src/cli/boot/boot-request.ts';
import { writePlist } from '../../../src/cli/boot/launchd.ts';
import { createSystemd, writeBootUnit } from '../../../src/cli/boot/systemd.ts';
import { loadGood } from '../../config/load-text.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
const REQUEST: BootRequest = {
  scope: 'user',
  name: 'my shop',
  dir: '/srv/my shop/50%',
  command: [process.execPath, '/opt/omni route/bin.js', '--file', '/srv/my shop/50%/omniroute.yaml', 'up'],
  path: '/usr/bin:/home/a b/bin',
  user: null,
  stopTimeoutMs: 25_000,
};

test('the stop is given more time than all services together may take', (t) => {
  const { project } = loadGood(
    t,
    `services:
  a: {command: sleep 1, stop: {grace_period: 20s}}
  b: {command: sleep 1, stop: {grace_period: 1s, command: sleep 1}, hooks: {pre_stop: {command: sleep 1, timeout: 4s}, post_exit: {command: sleep 1, timeout: 5s}}}
`,
  );
  assert.equal(stopTimeoutMs(project), 15_000 + 20_000 + 2000 + 4000 + 5000);
});

test('the unit leaves stopping and memory to omniroute, and tries nothing again that cannot work', () => {
  const lines = writeBootUnit(REQUEST).split('\n');
  for (const line of [
    'WorkingDirectory=/srv/my shop/50%%',
    `ExecStart=${process.execPath} "/opt/omni route/bin.js" --file "/srv/my shop/50%%/omniroute.yaml" up`,
    'Environment="PATH=/usr/bin:/home/a b/bin"',
    'KillMode=mixed',
    'OOMPolicy=continue',
    'TimeoutStopSec=25s',
    'Restart=on-failure',
    'RestartPreventExitStatus=2 75 78',
    'WantedBy=default.target',
  ])
    assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join('\n')}`);
  const system = writeBootUnit({ ...REQUEST, scope: 'system', user: 'shop' }).split('\n');
  for (const line of ['User=shop', 'After=network-online.target', 'WantedBy=multi-user.target']) assert.ok(system.includes(line), line);
});

for (const scope of ['user', 'system'] as const) {
  test(`systemd finds nothing to complain of in the unit of a ${scope}`, { skip: !analyze && 'systemd-analyze is not there' }, (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'run'), { mode: 0o700 });
    const path = join(folder, 'omniroute-shop.service');
    writeFileSync(path, writeBootUnit({ ...REQUEST, scope, user: scope === 'system' ? 'root' : null }));
    const words = [...(scope === 'user' ? ['--user'] : []), 'verify', path];
    const env = { ...process.env, XDG_RUNTIME_DIR: join(folder, 'run') };
    const { status, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8', env });
    assert.deepEqual([status, stderr], [0, '']);
  });
}

test('the property list is XML that says the same to launchd', () => {
  const text = writePlist({ ...REQUEST, dir: '/srv/<shop> & co' });
  assert.match(text, /<key>Label<\/key>\n {2}<string>dev\.omniroute\.my-shop<\/string>/);
  assert.match(text, /<string>\/srv\/&lt;shop&gt; &amp; co<\/string>/);
  assert.match(text, /<key>ProgramArguments<\/key>\n {2}<array>\n {4}<string>/);
  assert.match(text, /<key>KeepAlive<\/key>\n {2}<dict>\n {4}<key>SuccessfulExit<\/key>\n {4}<false\/>/);
  assert.match(text, /<key>ExitTimeOut<\/key>\n {2}<integer>25<\/integer>/);
  const opened = [...text.matchAll(/<(dict|array|string|key|integer|plist)[ >]/g)].length;
  const closed = [...text.matchAll(/<\/(dict|array|string|key|integer|plist)>/g)].length;
  assert.equal(opened, closed);
});

test('where the systemd of a user cannot be reached, what opens the way to it is told', () => {
  const account = { name: 'ann', uid: 1000, home: '/home/ann', configHome: '/home/ann/.config' };
  const noBus = (program: string, words: readonly string[]) => ({
    command: [program, ...words].join(' '),
    status: 1,
    stdout: '',
    stderr: 'Failed to connect to bus: No medium found\n',
  });
  assert.match(
    createSystemd(REQUEST, account, noBus).enable() ?? '',
    /No medium found; .*`sudo loginctl enable-linger ann; export XDG_RUNTIME_DIR=\/run\/user\/1000`$/,
  );
  assert.doesNotMatch(createSystemd(REQUEST, { ...account, uid: 0 }, noBus).enable() ?? '', /linger/);
});
