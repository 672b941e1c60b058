import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { explainService } from '../../src/daemon/why.ts';
import type { Cause, ExitStatus } from '../../src/supervisor/cause.ts';
import { sampleService } from '../cli/sample.ts';
import { loadFiles } from '../config/load-text.ts';

function endOf(t: TestContext, cause: Cause, exit: ExitStatus): string | undefined {
  const lastEnd = { run: 1, cause, exit, at: 0, uptimeMs: 2_000, lastLine: 'all is well' };
  const { result } = loadFiles(t, 'services: {server: {command: "true"}}');
  assert.ok(result.ok);
  return explainService(sampleService({ lastEnd }), [], result.loaded).chain[1]?.text;
}

test('the last line is quoted where the program ended by its own doing, not where somebody else killed it', (t) => {
  const killed = (signal: `SIG${string}`) => endOf(t, { type: 'signal', signal }, { code: null, signal });
  assert.equal(endOf(t, { type: 'exit', code: 1 }, { code: 1, signal: null }), 'run 1 ended after 2s: exit 1: "all is well"');
  assert.equal(killed('SIGSEGV'), 'run 1 ended after 2s: killed by SIGSEGV: "all is well"');
  assert.equal(killed('SIGKILL'), 'run 1 ended after 2s: killed by SIGKILL');
});
