// The property list of `boot install`, read by another reader than ours; macOS alone could run it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writePlist } from '../../src/cli/boot/launchd.ts';
import { run } from './engine.ts';

/** launchd.plist(5), of what may stand at the top. */
const KNOWN: Readonly<Record<string, string>> = {
  Label: 'str',
  ProgramArguments: 'list',
  WorkingDirectory: 'str',
  EnvironmentVariables: 'dict',
  UserName: 'str',
  RunAtLoad: 'bool',
  KeepAlive: 'dict',
  ExitTimeOut: 'int',
  AbandonProcessGroup: 'bool',
  StandardOutPath: 'str',
  ProcessType: 'str',
};
const READ = `import json, plistlib, sys
read = plistlib.loads(sys.stdin.buffer.read())
print(json.dumps({"kinds": {key: type(value).__name__ for key, value in read.items()}, "read": read}))`;

test('Python reads in the property list what was meant, and launchd knows its keys', () => {
  const dir = '/srv/<shop> & "co"\'s/ünï 日本 ]]> &amp;';
  const command = ['/usr/bin/node', `${dir}/omniroute.js`, 'up', '-x', ''];
  const text = writePlist({ scope: 'system', name: 'My.Shop', dir, command, path: '/usr/bin:/bin', user: 'ann', stopTimeoutMs: 24_001 });
  const { status, stdout, stderr } = run(['python3', '-c', READ], { input: text });
  assert.equal(status, 0, stderr);
  const { kinds, read } = JSON.parse(stdout);
  assert.deepEqual(kinds, KNOWN);
  assert.deepEqual([read.Label, read.WorkingDirectory, read.ProgramArguments], ['dev.omniroute.my-shop', dir, command]);
  assert.deepEqual(
    [read.KeepAlive, read.ExitTimeOut, read.EnvironmentVariables],
    [{ SuccessfulExit: false }, 25, { PATH: '/usr/bin:/bin' }],
  );
});
