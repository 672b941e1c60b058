// The package as somebody installs it: its types in a program of each kind, and its names without a line of configuration.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { PackedPackage } from '../rig/installed-package.ts';

const omniroute = new PackedPackage();

const PROGRAM = `
import { connect, type Diagnostic, type LogLine, loadProject, OmnirouteError, type ServiceSnapshot, startSupervisor } from 'omniroute';

export async function use(): Promise<ServiceSnapshot['state']> {
  const { spec, warnings, placeOf } = await loadProject({ dir: '.' });
  const warned: readonly Diagnostic[] = warnings;
  const command: readonly string[] | undefined = spec.services['web']?.command;
  const line: number | undefined = placeOf('web', 'command')?.line;
  const { client, ended } = await startSupervisor({ file: ['a.yaml', 'b.yaml'], listen: { host: '::1', port: 0, token: 't' } });
  for await (const entry of client.events({ afterSeq: 0 })) if (entry.type === 'crashed') console.log(entry.cause?.type);
  const lines: LogLine[] = [];
  for await (const printed of client.logs({ grep: /x/, follow: true, stream: 'err' })) lines.push(printed);
  const { exitCode } = await ended();
  const code: number | null = exitCode;
  // @ts-expect-error: there is no such type of entry
  for await (const entry of client.events()) if (entry.type === 'exploded') break;
  // @ts-expect-error: services are a list
  await client.restart('web');
  // @ts-expect-error: there is no such signal
  await client.signal(['web'], 'HUP');
  // @ts-expect-error: a token belongs to an address
  await startSupervisor({ listen: { host: '::1', port: 0 } });
  // @ts-expect-error: what a supervisor tells is not to be written
  (await client.project()).name = 'other';
  try {
    await client.wait(['web'], { for: 'ready', timeoutMs: 1 });
  } catch (error) {
    if (error instanceof OmnirouteError && error.code === 'timed-out') return error.services[0]?.state ?? 'stopped';
    // @ts-expect-error: no error has this code
    if (error instanceof OmnirouteError && error.code === 'too-late') throw error;
  }
  console.log(warned, command, line, code);
  return (await (await connect()).service('web')).state;
}
`;

test('the installed package has types for programs of both kinds, and gives the same names to both', (context) => {
  const folder = mkdtempSync(join(realpathSync('/tmp'), 'or-'));
  context.after(() => rmSync(folder, { recursive: true }));
  omniroute.installInto(folder);
  for (const name of ['program.mts', 'program.cts']) writeFileSync(join(folder, name), PROGRAM);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--typeRoots', resolve('node_modules/@types')];
  const checked = spawnSync(
    resolve('node_modules/.bin/tsc'),
    [...options, '--types', 'node', '--exactOptionalPropertyTypes', '--verbatimModuleSyntax', 'false', 'program.mts', 'program.cts'],
    { cwd: folder, encoding: 'utf8' },
  );
  assert.deepEqual([checked.status, checked.stdout], [0, '']);
  const show = "console.log(Object.keys(o).filter((name) => !['default', 'module.exports'].includes(name)).sort().join())";
  const node = (...words: string[]) => execFileSync(process.execPath, words, { cwd: folder, encoding: 'utf8' }).trim();
  const names = 'OmnirouteError,connect,loadProject,startSupervisor';
  assert.equal(node('--input-type=module', '-e', `import * as o from 'omniroute'; ${show}`), names);
  assert.equal(node('--input-type=commonjs', '-e', `const o = require('omniroute'); ${show}`), names);
});
