// `init --from FILE`: reads the file of another tool and makes the text of omniroute.yaml of it. Loaded by `init` alone.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, renderDiagnostics } from '../config/diagnostic.ts';
import { loadProject } from '../config/load.ts';
import { Problems } from '../config/problems.ts';
import { readSource } from '../config/read-source.ts';
import type { SourceFile } from '../config/source-file.ts';
import type { DraftService } from '../import/draft.ts';
import { importProject } from '../import/import-project.ts';
import { isScript, SOURCE_KINDS, type SourceKind } from '../import/source-kind.ts';
import { evaluateModule } from './evaluate-module.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { count } from './render/humanize.ts';
import { refuseOverwrite } from './write-project-file.ts';

export interface ImportedFile {
  readonly ok: true;
  /** The file to write: beside the one that was read, where its relative paths begin. */
  readonly target: string;
  readonly text: string;
  readonly services: readonly string[];
  /** What was changed or lost on the way. */
  readonly warnings: readonly Diagnostic[];
  /** What is wrong with the file at this path, told where it comes from; what this machine lacks is no mistake of the import. */
  check(path: string): readonly Diagnostic[];
}

/** What a fresh clone lacks, and what is there later. */
const OF_THIS_MACHINE = new Set([
  'missing-executable',
  'missing-folder',
  'missing-path',
  'not-made-yet',
  'missing-env-file',
  'unset-variable',
]);

/** `from`: a file, or `KIND:FILE`. What is wrong is shown here. */
export async function importFile(
  invocation: Invocation,
  from: string,
  options: { readonly target: string | null; readonly trust: boolean; readonly replaces: boolean },
): Promise<ImportedFile | Refusal> {
  const { kind, file } = parseFrom(from);
  const path = resolve(invocation.cwd, file);
  const read = readSource(path);
  if (!read.ok) return refuse(EXIT.invalidFile, `${file}: ${read.message}`, read.hint ?? kindHint(file));
  const folder = dirname(path);
  const target = options.target ?? join(folder, 'omniroute.yaml');
  if (dirname(target) !== folder) return refuse(EXIT.usage, `${target} is not beside ${file}, where its relative paths begin`);
  if (existsSync(target) && !options.replaces) return refuseOverwrite(target);
  const evaluated = isScript(path) ? evaluate(invocation, path, options.trust) : null;
  if (evaluated !== null && !evaluated.ok) return evaluated;
  const result = importProject({
    source: read.source,
    name: basename(path),
    kind,
    ...(evaluated === null ? {} : { evaluated: evaluated.value }),
    folderName: basename(folder),
    hasFile: (each) => existsSync(join(folder, each)),
  });
  if (!result.ok) return refuseImport(invocation, file, result.diagnostics);
  const check = (written: string) => checkText(written, result.services, read.source, invocation);
  return {
    ok: true,
    target,
    text: result.text,
    services: result.services.map(({ name }) => name),
    warnings: result.diagnostics,
    check,
  };
}

export function showDiagnostics({ err, cwd }: Invocation, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) err.write(`${renderDiagnostics(diagnostics, { color: err.color, cwd }).trimEnd()}\n`);
}

export function refuseImport(invocation: Invocation, file: string, diagnostics: readonly Diagnostic[]): Refusal {
  showDiagnostics(invocation, diagnostics);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const message = `${file} cannot be imported as it is: ${count(errors, 'error')}; nothing was written`;
  return refuse(EXIT.invalidFile, message, null, diagnostics);
}

function parseFrom(from: string): { kind: SourceKind | null; file: string } {
  const kind = SOURCE_KINDS.find((each) => from.startsWith(`${each}:`)) ?? null;
  return { kind, file: kind === null ? from : from.slice(kind.length + 1) };
}

/** A kind that is none looks like a part of the path. */
function kindHint(file: string): string | null {
  return /^[a-z0-9-]+:/.test(file) ? `kinds are ${SOURCE_KINDS.join(', ')}` : null;
}

function evaluate(invocation: Invocation, path: string, isTrusted: boolean): { readonly ok: true; readonly value: unknown } | Refusal {
  if (!isTrusted)
    return refuse(EXIT.usage, `${basename(path)} is a program: to read it is to run it`, 'with --trust it is run, with your rights');
  const evaluated = evaluateModule(path, invocation.env);
  return evaluated.ok ? evaluated : refuse(EXIT.invalidFile, `${basename(path)} could not be run: ${evaluated.message}`);
}

function checkText(written: string, services: readonly DraftService[], source: SourceFile, { env }: Invocation): Diagnostic[] {
  const result = loadProject({ files: [written], env, autoPorts: {}, home: homedir() });
  const problems = new Problems();
  for (const { code, message, hint, severity, service } of result.ok ? result.loaded.warnings : result.diagnostics) {
    const at = services.find(({ name }) => name === service)?.at ?? { source, start: 0, end: 1 };
    problems.add(at, { code, message, hint, service, severity: OF_THIS_MACHINE.has(code) ? 'warning' : severity });
  }
  return problems.sorted([source.path]);
}
