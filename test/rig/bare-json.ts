// `omniroute mcp` without an SDK: lines into its standard input, which then ends, and the lines that it answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cliCommand } from './cli-process.ts';
import type { Project } from './project.ts';

interface Answer {
  readonly id: number;
  readonly result?: object;
  readonly error?: object;
}

/** What the protocol begins with; its id is 1. */
const GREETING = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
  },
  { method: 'notifications/initialized' },
];

/** The greeting goes first, and is answered first. It must end well and have nothing to complain of. */
export function askInBareJson({ dir, env, executable }: Project, asked: readonly object[]): Answer[] {
  const [program, ...words] = cliCommand(['mcp'], executable);
  const input = [...GREETING, ...asked].map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: dir, env, input, encoding: 'utf8', timeout: 30_000 });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
