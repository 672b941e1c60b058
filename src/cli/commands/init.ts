import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { act } from '../act.ts';
import { EXIT, type Refusal } from '../exit-code.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { findService, type Hints, writeProjectText } from '../project-template.ts';
import { writeProjectFile } from '../write-project-file.ts';

interface Options {
  readonly from?: string;
  readonly trust?: boolean;
  readonly force?: boolean;
}

export function define(command: Command): void {
  command
    .option('--from <[kind:]file>', 'take over the file of another tool')
    .option('--trust', 'run a JavaScript file to read it')
    .option('--force', 'write over an omniroute.yaml that is there')
    .addHelpText(
      'after',
      `
Writes ./omniroute.yaml with a service for each line of a Procfile, else for the "start" script or "main" of package.json,
and explains every key it uses.

--from takes over a Procfile, an ecosystem file of pm2 (JSON or YAML; JavaScript with --trust), process-compose.yaml, what of a
compose file runs without a container, or the scripts of package.json. The new file is written beside it, where its relative paths
begin. Whatever has no counterpart is told with its place, and stands in the new file as a comment. Where neither name nor content tells the kind, say it: procfile, pm2, process-compose,
compose or package-json, and a colon.

Examples:
  omniroute init && omniroute up
  omniroute init --from ecosystem.config.js --trust
  omniroute init --from process-compose:dev.yaml`,
    );
  act<Options, []>(command, async (invocation, options) => {
    const from = options.from ?? (existsSync(join(invocation.cwd, 'Procfile')) ? 'Procfile' : undefined);
    const made =
      from === undefined
        ? fromFolder(invocation)
        : await fromFile(invocation, from, { trust: options.trust === true, replaces: options.force === true });
    if (!('text' in made)) return made;
    const { folder, text, services, warnings, check } = made;
    const path = join(folder, 'omniroute.yaml');
    const refusal = writeProjectFile({ path, text, replaces: options.force === true, check });
    if (refusal !== null) return refusal;
    if (invocation.json) printJson(invocation, { ok: true, file: path, services, warnings: warnings() });
    else note(invocation, `wrote ${path} with ${services.join(', ')}; next: omniroute up`);
    return EXIT.done;
  });
}

interface Made {
  /** In which the relative paths of the text begin. */
  readonly folder: string;
  readonly text: string;
  readonly services: readonly string[];
  check(path: string): Refusal | null;
  /** All that is to be known about it, once it is checked. */
  warnings(): readonly Diagnostic[];
}

function fromFolder({ cwd }: Invocation): Made {
  const hints: Hints = {
    packageJson: readIfThere(join(cwd, 'package.json')),
    hasFile: (path) => existsSync(join(cwd, path)),
  };
  const service = findService(hints);
  const text = writeProjectText(basename(cwd), service);
  return { folder: cwd, text, services: [service.name], check: () => null, warnings: () => [] };
}

async function fromFile(
  invocation: Invocation,
  from: string,
  options: { readonly trust: boolean; readonly replaces: boolean },
): Promise<Made | Refusal> {
  const { importFile, refuseImport, showDiagnostics } = await import('../import-file.ts');
  const imported = await importFile(invocation, from, options);
  if (!imported.ok) return imported;
  let warnings = imported.warnings;
  const check = (path: string): Refusal | null => {
    const found = imported.check(path);
    warnings = [...warnings, ...found];
    if (found.some(({ severity }) => severity === 'error')) return refuseImport(invocation, from, warnings);
    if (!invocation.json) showDiagnostics(invocation, warnings);
    return null;
  };
  return { folder: imported.folder, text: imported.text, services: imported.services, check, warnings: () => warnings };
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
