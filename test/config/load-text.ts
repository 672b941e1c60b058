import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Diagnostic, renderDiagnostics } from '../../src/config/diagnostic.ts';
import { type LoadedProject, type LoadOptions, type LoadResult, loadProject } from '../../src/config/load.ts';
import type { ServiceSpec } from '../../src/spec.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files, gone after the test. */
export function createFolder(t: TestContext, files: Files): string {
  const dir = mkdtempSync(join(tmpdir(), 'config-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

export interface Attempt {
  readonly dir: string;
  readonly result: LoadResult;
  /** Errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** The first line of each as it is shown in the project's folder. */
  readonly lines: readonly string[];
}

/** Loads `omniroute.yaml` of the given files (or the text of it), with programs found where this test runs. */
export function loadFiles(t: TestContext, files: Files | string, options: Partial<LoadOptions> = {}): Attempt {
  const dir = createFolder(t, typeof files === 'string' ? { 'omniroute.yaml': files } : files);
  const result = loadProject({
    files: [join(dir, 'omniroute.yaml')],
    env: { PATH: process.env['PATH'] },
    autoPorts: {},
    home: dir,
    ...options,
  });
  const diagnostics = result.ok ? result.loaded.warnings : result.diagnostics;
  const lines = diagnostics.map((each) => renderDiagnostics([each], { color: false, cwd: dir }).split('\n')[0] as string);
  return { dir, result, diagnostics, lines };
}

/** The project of files that have no mistake. */
export function loadGood(t: TestContext, files: Files | string, options: Partial<LoadOptions> = {}): LoadedProject {
  const { result, lines } = loadFiles(t, files, options);
  if (!result.ok) throw new Error(`not loaded:\n${lines.join('\n')}`);
  return result.loaded;
}

/** The only service of a file that holds one named `a`: these lines, indented. */
export function loadService(t: TestContext, text: string, options: Partial<LoadOptions> = {}): ServiceSpec {
  return loadGood(t, `services:\n  a:\n${text.replace(/^/gm, '    ')}\n`, options).project.services['a'] as ServiceSpec;
}
