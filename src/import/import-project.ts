// From a file of another tool to the text of omniroute.yaml, with everything that is wrong with it or lost on the way.
import type { Diagnostic } from '../config/diagnostic.ts';
import { parseTree } from '../config/parse.ts';
import { Problems } from '../config/problems.ts';
import type { SourceFile } from '../config/source-file.ts';
import type { Tree } from '../config/tree.ts';
import { readCompose } from './compose/project.ts';
import { Draft, type DraftService } from './draft.ts';
import { locateEvaluated } from './evaluated.ts';
import { readPackageJson } from './package-json.ts';
import { readPm2 } from './pm2/ecosystem.ts';
import { readProcessCompose } from './process-compose/project.ts';
import { readProcfile } from './procfile.ts';
import { writeDraft } from './project-text.ts';
import { kindOfContent, kindOfName, SOURCE_KINDS, type SourceKind } from './source-kind.ts';
import type { Surroundings } from './surroundings.ts';

export interface ImportRequest extends Surroundings {
  readonly source: SourceFile;
  /** Name of the file, without its folder. */
  readonly name: string;
  /** Null: told by name and content. */
  readonly kind: SourceKind | null;
  /** What a JavaScript file exported; the text is only looked at for places then. */
  readonly evaluated?: unknown;
  readonly folderName: string;
}

export type ImportResult =
  | {
      readonly ok: true;
      readonly kind: SourceKind;
      readonly text: string;
      readonly services: readonly DraftService[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Never throws for what stands in the file. */
export function importProject(request: ImportRequest): ImportResult {
  const problems = new Problems();
  const draft = new Draft(problems);
  const kind = read(request, draft);
  const { source } = request;
  if (!problems.hasErrors && draft.services.size === 0)
    problems.addAtFile(source.path, { code: 'nothing-to-run', message: 'nothing in this file can be run by omniroute' });
  const diagnostics = problems.sorted([source.path]);
  if (kind === null || problems.hasErrors) return { ok: false, diagnostics };
  const services = [...draft.services.values()];
  return { ok: true, kind, text: writeDraft(draft, { ...request, diagnostics }), services, diagnostics };
}

function read(request: ImportRequest, draft: Draft): SourceKind | null {
  const named = request.kind ?? kindOfName(request.name);
  if (named === 'procfile') {
    readProcfile(request.source, draft, request);
    return named;
  }
  const root = readTree(request, draft.problems);
  if (root === null) return null;
  const kind = named ?? kindOfContent(root);
  if (kind === null || kind === 'procfile') return refuseUnknown(root, draft.problems);
  READERS[kind](root, draft, request);
  return kind;
}

const READERS: Readonly<Record<Exclude<SourceKind, 'procfile'>, (root: Tree, draft: Draft, around: Surroundings) => void>> = {
  pm2: readPm2,
  'process-compose': readProcessCompose,
  compose: readCompose,
  'package-json': readPackageJson,
};

function readTree({ source, evaluated }: ImportRequest, problems: Problems): Tree | null {
  if (evaluated !== undefined) return locateEvaluated(evaluated, source);
  const root = parseTree(source, problems, 'there is nothing to import');
  if (root === null || root.kind !== 'scalar') return root;
  problems.add({ ...root.span, end: root.span.start + 1 }, { code: 'wrong-type', message: 'the file must be a map of keys' });
  return null;
}

function refuseUnknown(root: Tree, problems: Problems): null {
  problems.add(
    { ...root.span, end: root.span.start + 1 },
    {
      code: 'unknown-kind',
      message: 'neither its name nor its keys say of which tool this file is',
      hint: `say it: \`--from KIND:FILE\`, where KIND is one of ${SOURCE_KINDS.join(', ')}`,
    },
  );
  return null;
}
