// From the files of a project to its spec, or to everything that is wrong with them.
import type { ProjectSpec } from '../spec.ts';
import { checkProject } from './check.ts';
import { Cursor } from './cursor.ts';
import type { Diagnostic } from './diagnostic.ts';
import { EnvironmentFiles } from './environment-files.ts';
import { expandServices } from './expand.ts';
import { fillReferences, fillTree } from './fill.ts';
import { readFiles } from './include.ts';
import type { PlaceTable } from './place.ts';
import { Problems } from './problems.ts';
import { resolveProject } from './resolve-project.ts';
import { checkSchema } from './schema-check.ts';
import { createScope } from './scope.ts';
import { Sources } from './sources.ts';
import { child, createPlaceTable, type MapNode } from './tree.ts';

export interface LoadOptions {
  /** Absolute; merged in order, a later file wins. */
  readonly files: readonly string[];
  /** Omniroute's own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `service.port` → the number chosen for `auto`. */
  readonly autoPorts: Readonly<Record<string, number>>;
  readonly home: string;
}

export interface LoadedProject {
  readonly project: ProjectSpec;
  /** Where each key stands; apart from the spec, so that moved lines are no change. */
  readonly places: PlaceTable;
  /** Every file read or looked for (main, include, env_file), absolute. */
  readonly sources: readonly string[];
  /** `service.port` keys that are `auto` and have no number yet; 0 in the spec. */
  readonly unassignedPorts: readonly string[];
  /** Of the files given, without what they include. */
  readonly text: string;
  readonly warnings: readonly Diagnostic[];
  /** Values that references took from variables that look like secrets: they may stand anywhere in the project. */
  readonly secrets: readonly string[];
}

/** `sourcesHash`: of what was read of all sources; `hashSources` says the same until one of them is changed. */
export type LoadResult = { readonly sourcesHash: string } & (
  | { readonly ok: true; readonly loaded: LoadedProject }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly sources: readonly string[] }
);

/** Reads and checks everything; never throws for a user's mistake. */
export function loadProject(options: LoadOptions): LoadResult {
  const problems = new Problems();
  const read = new Sources();
  const { root, mainText } = readFiles(options.files, read, options.home, problems);
  const built = root === null ? null : buildProject(root, read, options, problems);
  const { paths: sources, hash: sourcesHash } = read;
  const diagnostics = problems.sorted([...options.files, ...sources]);
  if (!built || problems.hasErrors) return { ok: false, diagnostics, sources, sourcesHash };
  const { project, filled, unassignedPorts } = built;
  return {
    ok: true,
    sourcesHash,
    loaded: {
      project,
      places: createPlaceTable(filled),
      sources,
      unassignedPorts,
      text: mainText,
      warnings: diagnostics,
      secrets: problems.secrets,
    },
  };
}

interface Built {
  readonly project: ProjectSpec;
  readonly filled: MapNode;
  readonly unassignedPorts: readonly string[];
}

function buildProject(root: MapNode, sources: Sources, options: LoadOptions, problems: Problems): Built | null {
  const { env, home, autoPorts, files } = options;
  const mainFile = files[0] as string;
  const expanded = expandServices(root, home, problems);
  const own = createScope(expanded, { mainFile, env, home, autoPorts });
  const envFiles = new EnvironmentFiles(sources, home, problems);
  const list = child(expanded, 'env_file');
  const fileEnv = list ? envFiles.load(fillTree(list, ['env_file'], own, problems), null, false) : {};
  const scope = createScope(expanded, { mainFile, env: { ...fileEnv, ...withoutUnset(env) }, home, autoPorts });
  const filled = fillReferences(expanded, scope, problems);
  const file = checkSchema(filled, problems);
  if (file === null) return null;
  const at = new Cursor(filled, [], home, problems);
  const project = resolveProject({ file, root: filled, broken: problems.brokenServices, scope, envFiles, fileEnv }, at);
  checkProject({ project, file, searchPath: env['PATH'], onRequest: scope.onRequest }, at);
  const unassignedPorts = [...scope.ports].flatMap(([service, ports]) =>
    [...ports].filter(([, port]) => port === null).map(([port]) => `${service}.${port}`),
  );
  return { project, filled, unassignedPorts };
}

function withoutUnset(env: LoadOptions['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
