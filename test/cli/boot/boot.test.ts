// The command against a service manager that is played.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { playSystemd } from '../../rig/played-systemd.ts';
import { buildBin } from '../built-bin.ts';

const bin = await buildBin();
const onLinux = { skip: process.platform !== 'linux' && 'systemd is of Linux' };

function play(name: string) {
  const cwd = join(bin.dir, name);
  const played = join(cwd, 'played');
  mkdirSync(played, { recursive: true });
  const systemd = playSystemd(played);
  writeFileSync(join(cwd, 'omniroute.yaml'), 'name: shop\nservices: {a: {command: [sleep, "60"]}}\n');
  const env = { PATH: `${played}:${process.env.PATH}`, ...systemd.env, XDG_CONFIG_HOME: join(cwd, 'config') };
  return {
    cwd,
    played,
    unit: join(cwd, 'config/systemd/user/omniroute-shop.service'),
    run: (...words: string[]) => bin.run(['boot', ...words], { cwd, env }),
    calls: systemd.calls,
  };
}

test('install writes the unit, enables it, and lets it outlive the login; status agrees; remove takes all back', onLinux, async () => {
  const stage = play('whole');
  const installed = await stage.run('install');
  assert.equal(installed.exitCode, 0, installed.err);
  assert.match(installed.err, /systemctl --user start omniroute-shop\.service/);
  assert.match(readFileSync(stage.unit, 'utf8'), /^ExecStart=.* up$/m);
  const [enable, ask, linger] = stage.calls();
  assert.equal(enable, 'systemctl --user enable omniroute-shop.service');
  assert.match(ask ?? '', /^loginctl show-user \S+ --property=Linger/);
  assert.match(linger ?? '', /^loginctl enable-linger \S+$/);
  const status = await stage.run('status');
  assert.deepEqual([status.exitCode, status.out], [0, `starts at boot: ${stage.unit}\n`]);
  const removed = await stage.run('remove');
  assert.equal(removed.exitCode, 0, removed.err);
  assert.equal(existsSync(stage.unit), false);
  const gone = await stage.run('status');
  const told = `does not start at boot\n  there is no ${stage.unit}: \`omniroute boot install\` writes it\n`;
  assert.deepEqual([gone.exitCode, gone.out], [1, told]);
  assert.match((await stage.run('status', '--system')).out, /: `sudo omniroute boot install --system` writes it\n/);
  assert.equal((await stage.run('remove')).exitCode, 0);
});

test('status tells everything because of which it would not start', onLinux, async () => {
  const stage = play('lies');
  await stage.run('install');
  rmSync(join(stage.played, 'enabled'));
  rmSync(join(stage.played, 'lingers'));
  writeFileSync(stage.unit, readFileSync(stage.unit, 'utf8').replace('TimeoutStopSec=25s', 'TimeoutStopSec=1s'));
  const { exitCode, out } = await stage.run('status');
  assert.equal(exitCode, 1);
  assert.match(out, /is out of date: `omniroute boot install`/);
  assert.match(out, /systemd says that omniroute-shop\.service is disabled/);
  assert.match(out, /start with a login, not at boot: `loginctl enable-linger/);
  const { enabled, problems } = JSON.parse((await stage.run('status', '--json')).out) as { enabled: boolean; problems: string[] };
  assert.deepEqual([enabled, problems.length], [false, 3]);
});

test('a service manager that refuses is no success', onLinux, async () => {
  const stage = play('refused');
  writeFileSync(join(stage.played, 'refuses'), '');
  const { exitCode, err } = await stage.run('install');
  assert.equal(exitCode, 1);
  assert.match(err, /will not start at boot: `systemctl --user enable omniroute-shop\.service` failed with 1: Failed to connect to bus/);
  // Hardly anybody has a service manager of root's own.
  assert.equal(err.includes('omniroute boot install --system'), process.getuid?.() === 0);
});

test('the unit of another project of the same name is left as it is', onLinux, async () => {
  const stage = play('first');
  await stage.run('install');
  const before = readFileSync(stage.unit, 'utf8');
  writeFileSync(stage.unit, before.replaceAll(stage.cwd, '/elsewhere'));
  for (const action of ['install', 'remove', 'status']) {
    const { exitCode, err } = await stage.run(action);
    assert.equal(exitCode, 2, action);
    assert.match(err, /is of another project of the same name/);
  }
  assert.match(readFileSync(stage.unit, 'utf8'), /\/elsewhere/);
});

test('--dry-run prints the file and does nothing', onLinux, async () => {
  const stage = play('dry');
  const { exitCode, out } = await stage.run('install', '--dry-run');
  assert.equal(exitCode, 0);
  assert.match(out, /^KillMode=mixed$/m);
  assert.deepEqual([existsSync(stage.unit), existsSync(join(stage.played, 'calls'))], [false, false]);
});

test('a broken file is not installed, and an action that is none is refused', onLinux, async () => {
  const stage = play('broken');
  writeFileSync(join(stage.cwd, 'omniroute.yaml'), 'services: {a: {comand: x}}\n');
  assert.equal((await stage.run('install')).exitCode, 78);
  const unknown = await stage.run('instal');
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.err, /Allowed choices are install, remove, status/);
});
