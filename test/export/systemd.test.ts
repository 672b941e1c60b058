import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { unitCommand, unitWord } from '../../src/export/unit-text.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { exportShop, SHOP } from './shop.ts';

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test('a unit a service, and a target that wants those that start by themselves', (t) => {
  const { files } = exportShop(t, 'systemd', `${SHOP}profiles: {extra: [nightly]}\n`);
  const units = ['shop-db', 'shop-seed', 'shop-migrate', 'shop-web', 'shop-nightly'].map((name) => `${name}.service`);
  assert.deepEqual(Object.keys(files), ['shop.target', ...units, 'shop.env.example']);
  assert.match(files['shop.target'] ?? '', /^Wants=shop-db.service shop-seed.service shop-migrate.service shop-web.service$/m);
});

test('a unit says what the service says', (t) => {
  const { files, dir } = exportShop(t, 'systemd');
  const lines = (files['shop-web.service'] ?? '').split('\n');
  for (const line of [
    'Requires=shop-migrate.service',
    'Wants=shop-db.service',
    'After=shop-db.service shop-migrate.service',
    'Type=exec',
    `WorkingDirectory=${dir}/web`,
    `ExecStartPre=mkdir -p -m 700 ${dir}/.omniroute/web`,
    'ExecStartPre=sleep 1',
    'ExecStart=node server.mjs --db 127.0.0.1:5432',
    'ExecStop=sleep 2',
    'ExecStopPost=sleep 3',
    'Environment=PORT_ADMIN=8081',
    'Environment=NODE_OPTIONS=--max-old-space-size=128',
    `EnvironmentFile=${dir}/shop.env`,
    'Restart=always',
    'SuccessExitStatus=3',
    'TimeoutStopSec=10s',
    'TimeoutStartSec=120s',
  ])
    assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join('\n')}`);
  const db = (files['shop-db.service'] ?? '').split('\n');
  for (const line of ['MemoryHigh=209715200', 'MemoryMax=268435456', 'KillSignal=SIGINT', 'RestartSec=1500ms', 'StartLimitBurst=4'])
    assert.ok(db.includes(line), line);
  assert.ok(db.includes('Environment="PRICE=5$ $(date) 100%%"'), db.join('\n'));
});

test('a job is started once, and done when it has ended', (t) => {
  const job = exportShop(t, 'systemd').files['shop-nightly.service'] ?? '';
  assert.match(job, /^Type=oneshot\nRemainAfterExit=yes$/m);
  assert.match(job, /^Restart=on-failure$/m);
});

test('a command keeps its words, whatever is in them', () => {
  assert.equal(unitCommand(['/bin/sh', '-c', 'echo "$A" 5% \\ \n']), '/bin/sh -c "echo \\"$$A\\" 5%% \\\\ \\n"');
  assert.equal(unitWord('A=b c'), '"A=b c"');
  assert.equal(unitWord(''), '""');
});

test('systemd finds nothing to complain of', { skip: !analyze && 'systemd-analyze is not there' }, (t) => {
  const folder = temporaryFolder(t);
  const { files } = exportShop(t, 'systemd');
  const paths = Object.entries(files).flatMap(([name, text]) => {
    if (name.endsWith('.example')) return [];
    writeFileSync(join(folder, name), text);
    return [join(folder, name)];
  });
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...paths], {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
  });
  assert.deepEqual([status, stderr], [0, '']);
});

test('everything that systemd has no notion of is told', (t) => {
  assert.deepEqual(exportShop(t, 'systemd').lost, ['web crash_rules', 'web liveness', 'web watch']);
});
