import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import { renderDiagnostics } from '../../src/config/diagnostic.ts';
import type { ProjectFile } from '../../src/config/file.ts';
import { loadProject } from '../../src/config/load.ts';
import { SourceFile } from '../../src/config/source-file.ts';
import { type ImportResult, importProject } from '../../src/import/import-project.ts';
import type { SourceKind } from '../../src/import/source-kind.ts';
import type { ProjectSpec } from '../../src/spec.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface Given {
  readonly name: string;
  readonly text: string;
  readonly kind?: SourceKind;
  readonly evaluated?: unknown;
  readonly files?: readonly string[];
}

export function importText({ name, text, kind, evaluated, files = [] }: Given): ImportResult {
  return importProject({
    source: new SourceFile(join('/project', name), text),
    name,
    kind: kind ?? null,
    ...(evaluated === undefined ? {} : { evaluated }),
    folderName: 'project',
    hasFile: (path) => files.includes(path),
  });
}

/** `line:col code key`, of what is told. */
export function tellShortly({ diagnostics }: Pick<ImportResult, 'diagnostics'>): string[] {
  return diagnostics.map(({ place, code, message }) => `${place?.line}:${place?.col} ${code} ${/`([^`]*)`/.exec(message)?.[1] ?? message}`);
}

export function tell({ diagnostics }: Pick<ImportResult, 'diagnostics'>): string[] {
  return diagnostics.map((each) => renderDiagnostics([each], { color: false, cwd: '/project' }).split('\n')[0] as string);
}

export interface Loaded {
  readonly project: ProjectSpec;
  readonly dir: string;
  readonly text: string;
  readonly told: readonly string[];
}

/** The fixture, imported, and read by the loader on a machine that has every program and folder that it names. */
export function importFixture(t: TestContext, path: string, options: Omit<Partial<Given>, 'text'> = {}): Loaded {
  const text = readFileSync(join('test/import/fixtures', path), 'utf8');
  const result = importText({ name: basename(path), text, ...options });
  assert.ok(result.ok, tell(result).join('\n'));
  return { ...load(t, result.text), text: result.text, told: tellShortly(result) };
}

export function load(t: TestContext, text: string): { readonly project: ProjectSpec; readonly dir: string } {
  const dir = temporaryFolder(t);
  furnish(dir, parse(text) as ProjectFile);
  writeFileSync(join(dir, 'omniroute.yaml'), text);
  const env = { PATH: join(dir, 'bin'), DB_PASSWORD: 'of-the-database', SOME_KEY: 'of-the-key' };
  const result = loadProject({ files: [join(dir, 'omniroute.yaml')], env, autoPorts: {}, home: dir });
  const diagnostics = result.ok ? result.loaded.warnings : result.diagnostics;
  assert.deepEqual(
    diagnostics.filter(({ code }) => code !== 'dependency-on-request').map(({ code, message }) => `${code}: ${message}`),
    [],
    text,
  );
  assert.ok(result.ok);
  return { project: result.loaded.project, dir };
}

function furnish(dir: string, { services }: ProjectFile): void {
  mkdirSync(join(dir, 'bin'));
  for (const { cwd, command, readiness, liveness, stop, hooks, watch, env_file } of Object.values(services)) {
    const folder = isAbsolute(cwd ?? '') ? (cwd as string) : join(dir, cwd ?? '.');
    if (!isAbsolute(cwd ?? '')) mkdirSync(folder, { recursive: true });
    const hookCommands = Object.values(hooks ?? {}).flatMap((hook) => (hook instanceof Object && 'command' in hook ? [hook.command] : []));
    for (const each of [command, readiness?.exec?.command, liveness?.exec?.command, stop?.command, ...hookCommands]) {
      const program = Array.isArray(each) ? String(each[0]) : null;
      if (program === null || isAbsolute(program)) continue;
      const path = program.includes('/') ? join(folder, program) : join(dir, 'bin', program);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      chmodSync(path, 0o755);
    }
    for (const path of watch?.paths ?? []) mkdirSync(join(dir, path), { recursive: true });
    for (const source of [env_file ?? []].flat()) {
      if (typeof source === 'string') writeFileSync(join(dir, source), 'FROM_FILE=1\n');
    }
  }
}
