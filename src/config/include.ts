// The files of a project as one tree: each file over what it includes, a later file over an earlier one.
import { mergeMaps } from './merge.ts';
import { parseSource } from './parse.ts';
import { resolvePath } from './paths.ts';
import type { Problems } from './problems.ts';
import type { Span } from './source-file.ts';
import type { Sources } from './sources.ts';
import { child, type MapNode, type Tree } from './tree.ts';

export interface ReadFiles {
  /** Null where no file could be read. */
  readonly root: MapNode | null;
  readonly mainText: string;
}

export function readFiles(files: readonly string[], sources: Sources, home: string, problems: Problems): ReadFiles {
  const reader = new Reader(sources, home, problems);
  const roots = files.map((file) => reader.read(file, null, []));
  const found = roots.filter((root) => root !== null);
  const [first, ...others] = found;
  const mainText = found.map(({ span }) => span.source.text).join('\n');
  return { root: found.length < files.length || !first ? null : others.reduce(mergeMaps, first), mainText };
}

class Reader {
  readonly #sources: Sources;
  readonly #home: string;
  readonly #problems: Problems;

  constructor(sources: Sources, home: string, problems: Problems) {
    this.#sources = sources;
    this.#home = home;
    this.#problems = problems;
  }

  read(file: string, includedAt: Span | null, including: readonly string[]): MapNode | null {
    const result = this.#sources.read(file);
    if (!result.ok) {
      const { code, message, hint } = result;
      if (includedAt) this.#problems.add(includedAt, { code, message: `\`${file}\`: ${message}`, hint });
      else this.#problems.addAtFile(file, { code, message, hint });
      return null;
    }
    const root = parseSource(result.source, this.#problems);
    return root && this.#withIncluded(root, [...including, file]);
  }

  #withIncluded(root: MapNode, including: readonly string[]): MapNode | null {
    const bases: MapNode[] = [];
    for (const { path, span } of includedPaths(child(root, 'include'))) {
      const file = resolvePath(path, span, this.#home);
      const start = including.indexOf(file);
      if (start !== -1) {
        const cycle = [...including.slice(start), file].map((each) => each.split('/').at(-1)).join(' → ');
        this.#problems.add(span, { code: 'include-cycle', message: `files include each other: ${cycle}` });
        continue;
      }
      const base = this.read(file, span, including);
      if (base === null) return null;
      // What a file includes is its own affair.
      bases.push({ ...base, entries: new Map([...base.entries].filter(([key]) => key !== 'include')) });
    }
    const [first, ...others] = [...bases, root];
    return others.reduce(mergeMaps, first as MapNode);
  }
}

function includedPaths(node: Tree | undefined): { path: string; span: Span }[] {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  return items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '' ? [{ path: item.value, span: item.span }] : [],
  );
}
