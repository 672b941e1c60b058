// `omniroute mcp` without an SDK: lines into its standard input, which then ends, and the lines that it answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Project } from './project.ts';

interface Answer {
  readonly id: number;
  readonly result?: object;
  readonly error?: object;
}

/** It must end well and have nothing to complain of. */
export function askInBareJson({ dir, env, executable }: Project, asked: readonly object[]): Answer[] {
  const node = process.env['OMNIROUTE_NODE'] ?? process.execPath;
  const bin = resolve(process.env['OMNIROUTE_BIN'] ?? 'dist/bin/omniroute.js');
  const [program, ...words] = executable === null ? [node, bin, 'mcp'] : [executable, 'mcp'];
  const input = asked.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
  const { status, stdout, stderr } = spawnSync(program as string, words, { cwd: dir, env, input, encoding: 'utf8', timeout: 30_000 });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
