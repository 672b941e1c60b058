// Collects everything that is wrong, so that a user sees it all at once.
import type { Diagnostic, ExcerptLine } from './diagnostic.ts';
import { maskSecrets } from './secret.ts';
import type { Span } from './source-file.ts';

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | null;
  readonly severity?: Diagnostic['severity'];
  readonly service?: string | null;
}

const LINES_BEFORE = 2;
const MAX_TEXT = 400;
/** Shorter ones are words that stand everywhere. */
const MIN_SECRET_LENGTH = 4;

export class Problems {
  readonly #found = new Map<string, Diagnostic>();
  readonly #secrets = new Set<string>();

  /** From now on no message says this value. */
  hide(secret: string): void {
    if (secret.length >= MIN_SECRET_LENGTH) this.#secrets.add(secret);
  }

  /** What references took from variables that look like secrets. */
  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  /** The same mistake met twice, such as one in `defaults`, is told once. */
  add(span: Span, problem: Problem): void {
    const diagnostic = createDiagnostic(span, {
      ...problem,
      message: this.#mask(problem.message),
      hint: this.#mask(problem.hint ?? '') || null,
    });
    const { file, line, col } = diagnostic.place as NonNullable<Diagnostic['place']>;
    const key = `${diagnostic.code}\n${file}:${line}:${col}`;
    const before = this.#found.get(key);
    if (!before || (before.severity === 'warning' && diagnostic.severity === 'error')) this.#found.set(key, diagnostic);
  }

  #mask(text: string): string {
    return maskSecrets(text, this.secrets);
  }

  /** A file that cannot be read has no span. */
  addAtFile(file: string, problem: Problem): void {
    this.#found.set(`${problem.code}\n${file}`, { ...withDefaults(problem), place: { file, line: 1, col: 1 }, length: 0, excerpt: [] });
  }

  get hasErrors(): boolean {
    return [...this.#found.values()].some(({ severity }) => severity === 'error');
  }

  /** Services of which no sense can be made; a key too many does not hide the rest. */
  get brokenServices(): ReadonlySet<string> {
    const errors = [...this.#found.values()].filter(({ severity, code }) => severity === 'error' && code !== 'unknown-key');
    return new Set(errors.flatMap(({ service }) => service ?? []));
  }

  /** In the order of the files given, then of their lines. */
  sorted(files: readonly string[]): Diagnostic[] {
    const rank = (file: string | undefined): number => (file === undefined ? -1 : files.indexOf(file));
    return [...this.#found.values()].sort(
      (a, b) =>
        rank(a.place?.file) - rank(b.place?.file) ||
        (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
        (a.place?.col ?? 0) - (b.place?.col ?? 0),
    );
  }
}

function createDiagnostic({ source, start, end }: Span, problem: Problem): Diagnostic {
  const place = source.placeAt(start);
  const text = source.lineText(place.line) ?? '';
  const length = Math.max(1, Math.min(end - start, text.length - place.col + 1));
  const excerpt: ExcerptLine[] = [];
  for (let line = Math.max(1, place.line - LINES_BEFORE); line <= place.line; line++) {
    const kept = line === place.line ? place.col + MAX_TEXT : MAX_TEXT;
    excerpt.push({ line, text: (source.lineText(line) ?? '').slice(0, kept) });
  }
  return { ...withDefaults(problem), place, length, excerpt };
}

function withDefaults({
  code,
  message,
  hint = null,
  severity = 'error',
  service = null,
}: Problem): Omit<Diagnostic, 'place' | 'length' | 'excerpt'> {
  return { severity, code, message, hint, service };
}
