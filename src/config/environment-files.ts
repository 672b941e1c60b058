// Reads `env_file:` lists, each file once.

import { parseEnvFile } from './env-file.ts';
import { resolvePath } from './paths.ts';
import type { Problems } from './problems.ts';
import { SourceFile, type Span } from './source-file.ts';
import type { Sources } from './sources.ts';
import { child, stringOf, type Tree } from './tree.ts';

export class EnvironmentFiles {
  readonly #sources: Sources;
  readonly #home: string;
  readonly #problems: Problems;
  readonly #read = new Map<string, Record<string, string> | null>();

  constructor(sources: Sources, home: string, problems: Problems) {
    this.#sources = sources;
    this.#home = home;
    this.#problems = problems;
  }

  /** The variables of a list in its long form, a later file winning. `onRequest`: a missing file is a warning. */
  load(list: Tree | undefined, service: string | null, onRequest: boolean): Record<string, string> {
    const items = list?.kind === 'list' ? list.items : [];
    return Object.assign({}, ...items.map((item) => this.#load(item, service, onRequest)));
  }

  #load(item: Tree, service: string | null, onRequest: boolean): Record<string, string> {
    const node = child(item, 'path');
    const path = stringOf(node);
    if (!node || !path) return {};
    const required = child(item, 'required');
    const optional = required?.kind === 'scalar' && required.value === false;
    const file = resolvePath(path, node.span, this.#home);
    const before = this.#read.get(file);
    if (before) return before;
    const env = this.#parse(file, node.span, optional, { service, severity: onRequest ? 'warning' : 'error' });
    this.#read.set(file, env);
    return env ?? {};
  }

  #parse(
    file: string,
    at: Span,
    optional: boolean,
    about: { service: string | null; severity: 'error' | 'warning' },
  ): Record<string, string> | null {
    const result = this.#sources.read(file);
    if (!result.ok) {
      if (optional && result.code === 'no-file') return null;
      const hint = optional || result.code !== 'no-file' ? result.hint : 'one that may be missing is written `{path: …, required: false}`';
      this.#problems.add(at, { ...about, code: 'missing-env-file', message: `\`${file}\`: ${result.message}`, hint });
      return null;
    }
    const source = new SourceFile(file, result.source.text.replace(/\r\n?/g, '\n'));
    const parsed = parseEnvFile(source.text);
    if (parsed.ok) return parsed.env;
    this.#problems.add(
      { source, start: parsed.offset, end: parsed.offset + parsed.length },
      { code: 'bad-env-file', message: parsed.message },
    );
    return null;
  }
}
