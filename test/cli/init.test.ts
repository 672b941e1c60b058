import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildBin } from './built-bin.ts';

const bin = await buildBin();

function freshFolder(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(bin.dir, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

test('what init writes is valid, whatever it finds', async () => {
  const folders = [
    freshFolder('Empty Folder!', {}),
    freshFolder('npm', { 'package.json': '{"scripts":{"start":"node server.js --name \\"a: b\\""}}' }),
    freshFolder('procfile', { Procfile: 'web: node server.js # main\nworker: ruby work.rb ${HOME:-/}\n' }),
  ];
  for (const cwd of folders) {
    const written = await bin.run(['init'], { cwd });
    assert.equal(written.exitCode, 0, written.err);
    const { exitCode, out } = await bin.run(['validate'], { cwd });
    assert.equal(exitCode, 0, out);
  }
});

test('init never overwrites a file', async () => {
  const cwd = freshFolder('taken', { 'omniroute.yaml': 'mine' });
  const { exitCode, err } = await bin.run(['init'], { cwd });
  assert.equal(exitCode, 2);
  assert.match(err, /is there already/);
  assert.equal(readFileSync(join(cwd, 'omniroute.yaml'), 'utf8'), 'mine');
});

test('init in a folder that cannot be written to says why', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, async () => {
  const cwd = freshFolder('locked', {});
  chmodSync(cwd, 0o500);
  const { exitCode, err } = await bin.run(['init'], { cwd });
  chmodSync(cwd, 0o700);
  assert.equal(exitCode, 1);
  assert.match(err, /could not be written/);
});
