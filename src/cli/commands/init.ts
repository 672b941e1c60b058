import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { act } from '../act.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
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
Writes ./omniroute.yaml, or the file that -f names, with a service for each line of a Procfile, else for the "start" script or "main" of package.json,
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
    if (invocation.files.length > 1) return refuse(EXIT.usage, 'init writes one file, and -f is given more than once');
    const target = invocation.files[0] === undefined ? null : resolve(invocation.cwd, invocation.files[0]);
    const folder = target === null ? invocation.cwd : dirname(target);
    const procfile = join(relative(invocation.cwd, folder), 'Procfile');
    const from = options.from ?? (existsSync(join(folder, 'Procfile')) ? procfile : undefined);
    const made =
      from === undefined
        ? fromFolder(target ?? join(folder, 'omniroute.yaml'))
        : await fromFile(invocation, from, { target, trust: options.trust === true, replaces: options.force === true });
    if (!('text' in made)) return made;
    const { path, text, services, warnings, check } = made;
    const refusal = writeProjectFile({ path, text, replaces: options.force === true, check });
    if (refusal !== null) return refusal;
    if (invocation.json) printJson(invocation, { ok: true, file: path, services, warnings: warnings() });
    else
      note(
        invocation,
        `wrote ${path} with ${services.join(', ')}; next: omniroute ${target === null ? '' : `-f ${invocation.files[0]} `}up`,
      );
    return EXIT.done;
  });
}

interface Made {
  /** Of the new file: in its folder the relative paths of the text begin. */
  readonly path: string;
  readonly text: string;
  readonly services: readonly string[];
  check(path: string): Refusal | null;
  /** All that is to be known about it, once it is checked. */
  warnings(): readonly Diagnostic[];
}

function fromFolder(path: string): Made {
  const folder = dirname(path);
  const hints: Hints = {
    packageJson: readIfThere(join(folder, 'package.json')),
    hasFile: (each) => existsSync(join(folder, each)),
  };
  const service = findService(hints);
  const text = writeProjectText(basename(folder), service);
  return { path, text, services: [service.name], check: () => null, warnings: () => [] };
}

async function fromFile(
  invocation: Invocation,
  from: string,
  options: { readonly target: string | null; readonly trust: boolean; readonly replaces: boolean },
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
  return { path: imported.target, text: imported.text, services: imported.services, check, warnings: () => warnings };
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
