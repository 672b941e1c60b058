import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startExample } from './example-process.ts';
import { startMitm } from './mitm-client.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

test('the two commands of the README reach the gateway', { skip: !hasCurl && 'curl is not installed' }, async (t) => {
  const gateway = startExample(t, 'gateway/server.mjs', { PORT: '0', HOSTNAME: '127.0.0.1' });
  const [, url] = await gateway.printed(/gateway ready on (\S+)/);
  const mitm = await startMitm(t, url as string);

  const [, block] = /```sh\n(.*?)```/s.exec(readFileSync('examples/mitm/README.md', 'utf8')) ?? [];
  const here = block?.replaceAll('8443', String(mitm.port)).replaceAll('.omniroute/mitm/certs/ca.pem', join(mitm.certs, 'ca.pem'));
  const commands = here?.split(/^(?=curl )/m).slice(1) ?? [];
  assert.equal(commands.length, 2);
  for (const [index, answer] of [/"content":"You said: hello"/, /"content":" hello"[^]*data: \[DONE\]/].entries()) {
    const { stdout } = await promisify(execFile)('sh', ['-c', commands[index] as string], { env: { PATH: process.env['PATH'] } });
    assert.match(stdout, answer);
  }
});
