import { relative } from 'node:path';
import { Argument, type Command } from 'commander';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { note, printJson } from '../invocation.ts';

const ENGINES = ['compose', 'kubernetes', 'nomad', 'systemd'] as const;

interface Options {
  readonly output?: string;
  readonly force?: boolean;
}

export function define(command: Command): void {
  command
    .addArgument(new Argument('<engine>', 'for which one').choices(ENGINES))
    .option('-o, --output <dir>', 'where the files go; default: deploy/ENGINE in the folder of the project')
    .option('--force', 'write over files that are there')
    .addHelpText(
      'after',
      `
Writes the project in the language of another engine: services, variables, ports, checks, restarts, limits, order and jobs. Whatever
has no counterpart there is told with its place. Secrets are left out: a file says which ones have to be given.

Images come from \`image:\`, and for services that Node runs from a Dockerfile that is written along.

Examples:
  omniroute export compose
  omniroute export kubernetes -o k8s && kubectl apply -f k8s/kubernetes.yaml
  omniroute export systemd -o ~/.config/systemd/user --force`,
    );
  act<Options, [(typeof ENGINES)[number]]>(command, async (invocation, options, engine) => {
    const { loadNamedProject } = await import('../load-project.ts');
    const { exportFiles } = await import('../export-files.ts');
    const loaded = loadNamedProject(invocation);
    if (!loaded.ok) return loaded;
    const target = { engine, folder: options.output ?? null, replaces: options.force === true };
    const exported = exportFiles(invocation, loaded.loaded, target);
    if (!exported.ok) return exported;
    const { folder, files, warnings } = exported;
    if (invocation.json) printJson(invocation, { ok: true, engine, folder, files, warnings });
    else note(invocation, `wrote ${files.join(', ')} to ${relative(invocation.cwd, folder) || '.'}`);
    return EXIT.done;
  });
}
