import { homedir } from 'node:os';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { renderDiagnostics } from '../../config/diagnostic.ts';
import { type LoadResult, loadProject } from '../../config/load.ts';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { type Invocation, printJson } from '../invocation.ts';
import { findProjectFiles } from '../project-files.ts';
import { count } from '../render/humanize.ts';

export function define(command: Command): void {
  command.argument('[file...]', 'files, each checked by itself; default: the project file, merged as `up` would').addHelpText(
    'after',
    `
Finds everything at once, with places. Nothing is run and nothing needs to be running. Exits with 78 when something is wrong.

Examples:
  omniroute validate
  omniroute validate --json examples/*/omniroute.yaml | jq '.diagnostics[].message'`,
  );
  act<object, [string[]]>(command, async (invocation, _, given) => {
    const found = given.length > 0 ? null : findProjectFiles(invocation);
    if (found !== null && !found.ok) return found;
    const sets = found === null ? given.map((file) => [resolve(invocation.cwd, file)]) : [found.files];
    const results = sets.map((files) => ({ files, result: loadProject({ files, env: invocation.env, autoPorts: {}, home: homedir() }) }));
    const valid = results.every(({ result }) => result.ok);
    if (invocation.json) {
      const diagnostics = results.flatMap(({ result }) => diagnosticsOf(result));
      printJson(invocation, { valid, files: sets.flat(), diagnostics });
    } else {
      for (const { files, result } of results) printResult(invocation, files, result);
    }
    return valid ? EXIT.done : EXIT.invalidFile;
  });
}

function printResult(invocation: Invocation, files: readonly string[], result: LoadResult): void {
  const { out, cwd } = invocation;
  const diagnostics = diagnosticsOf(result);
  if (diagnostics.length > 0) out.write(`${renderDiagnostics(diagnostics, { color: out.color, cwd }).trimEnd()}\n`);
  const names = files.map((file) => relative(cwd, file) || file).join(' + ');
  if (result.ok && !invocation.quiet)
    out.write(`${names}: ${out.paint.green('valid')}, ${count(Object.keys(result.loaded.project.services).length, 'service')}\n`);
}

function diagnosticsOf(result: LoadResult) {
  return result.ok ? result.loaded.warnings : result.diagnostics;
}
