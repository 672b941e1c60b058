import type { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { note } from '../invocation.ts';

declare const __VERSION__: string;

interface Options {
  readonly readOnly?: boolean;
}

export function define(command: Command): void {
  command.option('--read-only', 'without the tools that change something: restart and reload').addHelpText(
    'after',
    `
Speaks the Model Context Protocol on standard input and output: an agent starts it, and asks by it what runs, why, and what was
printed. Starts no supervisor and needs none: logs can be read where nothing runs. Ends when its input does.

Example, for the configuration of an agent:
  {"mcpServers": {"omniroute": {"command": "omniroute", "args": ["-f", "/srv/shop/omniroute.yaml", "mcp", "--read-only"]}}}`,
  );
  act<Options, []>(command, async (invocation, { readOnly = false }) => {
    if (process.stdin.isTTY) note(invocation, 'speaks the Model Context Protocol with whoever started it; Ctrl-D ends it');
    const { serveProject } = await import('../../mcp/project.ts');
    await serveProject(invocation, { version: __VERSION__, readOnly });
    // A tool may be waiting still.
    process.exit(EXIT.done);
  });
}
