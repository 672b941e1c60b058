// `export`: the project's files for another engine, and what is lost, with the place where it stands. Loaded by `export` alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type Diagnostic, renderDiagnostics } from '../config/diagnostic.ts';
import type { LoadedProject } from '../config/load.ts';
import { findPlace, type Place } from '../config/place.ts';
import { readSource } from '../config/read-source.ts';
import { type Engine, exportProject } from '../export/export-project.ts';
import type { Loss } from '../export/exported.ts';
import { EXIT, type Refusal, refuse } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { count } from './render/humanize.ts';

export interface ExportedFiles {
  readonly ok: true;
  readonly folder: string;
  /** By path from the folder. */
  readonly files: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

export interface ExportTarget {
  readonly engine: Engine;
  /** Default: a folder of the project's. */
  readonly folder: string | null;
  readonly replaces: boolean;
}

export function exportFiles(invocation: Invocation, loaded: LoadedProject, target: ExportTarget): ExportedFiles | Refusal {
  const { project, secrets } = loaded;
  const folder = target.folder === null ? join(project.dir, 'deploy', target.engine) : resolve(invocation.cwd, target.folder);
  const exported = exportProject(target.engine, {
    project,
    secrets,
    projectPath: relative(folder, project.dir) || '.',
    exportPath: relative(project.dir, folder),
    hasFile: (path) => existsSync(join(project.dir, path)),
  });
  const losses = [...exported.losses, ...unknownPorts(loaded)];
  const diagnostics = losses
    .filter((loss) => isWritten(loss, loaded))
    .map((loss) => locate(loss, loaded))
    .sort(byPlace);
  if (!invocation.json || losses.some(({ isFatal }) => isFatal)) show(invocation, diagnostics);
  const fatal = losses.filter(({ isFatal }) => isFatal).length;
  if (fatal > 0) {
    const message = `the project cannot be exported as it is: ${count(fatal, 'error')}; nothing was written`;
    return refuse(EXIT.invalidFile, message, null, diagnostics);
  }
  return (
    writeFiles(folder, exported.files, target.replaces) ?? { ok: true, folder, files: Object.keys(exported.files), warnings: diagnostics }
  );
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.col ?? 0) - (b.place?.col ?? 0);
}

function show({ err, cwd }: Invocation, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) err.write(`${renderDiagnostics(diagnostics, { color: err.color, cwd }).trimEnd()}\n`);
}

function unknownPorts({ unassignedPorts }: LoadedProject): Loss[] {
  return unassignedPorts.map((each) => {
    const at = each.lastIndexOf('.');
    const key = `ports.${each.slice(at + 1)}`;
    return {
      service: each.slice(0, at),
      key,
      message: '`auto` is a port of this machine, chosen at the start',
      hint: 'write a number',
      isFatal: true,
    };
  });
}

/** Of a key with a default only what the file says is lost. */
function isWritten({ service, key, isDefault }: Loss, { places }: LoadedProject): boolean {
  if (!isDefault || service === null) return true;
  const parent = key.slice(0, Math.max(0, key.lastIndexOf('.')));
  return JSON.stringify(findPlace(places, service, key)) !== JSON.stringify(findPlace(places, service, parent));
}

function locate({ service, key, message, hint, isFatal }: Loss, { places }: LoadedProject): Diagnostic {
  const place = service === null ? null : findPlace(places, service, key);
  const line = place === null ? '' : lineOf(place);
  return {
    severity: isFatal ? 'error' : 'warning',
    code: isFatal ? 'not-exportable' : 'not-exported',
    message: service === null ? message : `\`${key}\` of \`${service}\`: ${message}`,
    place,
    length: place === null ? 0 : Math.max(1, /^[\w.-]*/.exec(line.slice(place.col - 1))?.[0].length ?? 1),
    hint: hint ?? null,
    excerpt: place === null ? [] : [{ line: place.line, text: line }],
    service,
  };
}

function lineOf({ file, line }: Place): string {
  const read = readSource(file);
  return read.ok ? (read.source.lineText(line) ?? '') : '';
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>, replaces: boolean): Refusal | null {
  const entries = Object.entries(files).map(([path, text]) => [join(folder, path), text] as const);
  const foreign = entries.find(([path, text]) => existsSync(path) && readFileSync(path, 'utf8') !== text);
  if (foreign && !replaces)
    return refuse(EXIT.usage, `${foreign[0]} is there already, with another content; nothing was written`, '--force writes over it');
  try {
    for (const [path, text] of entries) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isFile = code === 'EEXIST' || code === 'ENOTDIR';
    return refuse(
      EXIT.serviceFailed,
      isFile ? `${folder} cannot be a folder: a file is in its way` : `the files could not be written: ${message}`,
    );
  }
}
