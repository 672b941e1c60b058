// A test with a project and a real terminal whose shell is in its folder; `$OMNIROUTE` is the command.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Project, projectTest } from './project.ts';
import { Terminal } from './terminal.ts';
import { eventually } from './within.ts';

function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** Skipped where tmux, or the program that it needs besides, is not installed. */
export function terminalTest(name: string, body: (project: Project, terminal: Terminal) => Promise<void>, program = 'tmux'): void {
  projectTest(name, async (project, context: TestContext) => {
    if (!isInstalled('tmux') || !isInstalled(program)) return context.skip(`tmux or ${program} is not installed`);
    const bin = process.env['OMNIROUTE_BIN'] as string;
    project.env['OMNIROUTE'] = `${process.execPath} ${bin}`;
    const terminal = new Terminal(join(project.root, 'tmux'), { cwd: project.dir, env: project.env });
    try {
      await terminal.shows(/ready>/);
      await body(project, terminal);
    } finally {
      terminal.close();
      // The shell ends a moment after its window.
      await eventually(
        () => 'the end of the terminal',
        () => (project.leftovers().some(({ command }) => /^(tmux|sh -i)/.test(command)) ? null : true),
      );
    }
  });
}

/** The prompt is back: a shell does not go on with what stood behind a program that Ctrl-C has ended. */
export async function endedBy(terminal: Terminal, code: number): Promise<void> {
  await terminal.shows(/ready>[^]*\nready>\s*$/);
  terminal.type('echo "it ended with $?"');
  await terminal.shows(new RegExp(`\\nit ended with ${code}`));
}
