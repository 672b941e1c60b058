// The house of src/README.md, enforced: who may import whom (type imports count), no cycles, sizes, names.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

interface Import {
  readonly from: string;
  /** A path inside src/, or a package's name. */
  readonly to: string;
  readonly kind: 'static' | 'dynamic' | 'type';
}

interface Row {
  /** Folders and files of src/, as prefixes; layer 0 and the row itself are always allowed. */
  readonly sources: readonly string[];
  /** Of these only types. */
  readonly types: readonly string[];
  /** Packages; `node:*` is all of Node. */
  readonly packages: readonly string[];
}

const LAYER_0 = ['spec.ts', 'notification-spec.ts', 'socket-address.ts', 'output-ref.ts', 'service-name.ts', 'graph.ts'];
/** The words for facts, orders and what is shown: the supervisor's vocabulary, without its decisions. */
const FACTS = ['supervisor/event.ts', 'supervisor/effect.ts', 'supervisor/cause.ts'];
const SHOWN = ['supervisor/snapshot.ts', 'supervisor/journal-entry.ts', 'supervisor/reload-plan.ts', 'supervisor/cause.ts'];

const TABLE: Readonly<Record<string, Row>> = {
  'notification-spec.ts': { sources: [], types: [], packages: [] },
  'socket-address.ts': { sources: [], types: [], packages: [] },
  'spec.ts': { sources: ['notification-spec.ts', 'socket-address.ts'], types: [], packages: [] },
  'output-ref.ts': { sources: ['spec.ts'], types: [], packages: [] },
  'service-name.ts': { sources: [], types: [], packages: [] },
  'graph.ts': { sources: ['spec.ts'], types: [], packages: [] },
  'supervisor/': { sources: [], types: [], packages: [] },
  'config/': {
    sources: [],
    types: [],
    packages: ['yaml', 'omniroute:schema-validator', 'croner', 'fastest-levenshtein', 'node:crypto', 'node:fs', 'node:path'],
  },
  'import/': { sources: ['config/'], types: [], packages: ['yaml'] },
  'export/': { sources: ['config/secret.ts'], types: [], packages: ['yaml'] },
  'doctor/': { sources: ['process/', 'control/'], types: [], packages: ['node:fs', 'node:os', 'node:path'] },
  'logs/': { sources: [], types: [], packages: ['node:fs', 'node:path', 'node:vm', 'node:util'] },
  'process/': { sources: [], types: FACTS, packages: ['node:*'] },
  'control/': { sources: ['logs/'], types: SHOWN, packages: ['fastest-levenshtein', 'node:*'] },
  'loader/': { sources: ['config/'], types: [], packages: ['node:*'] },
  'dashboard/': { sources: ['control/'], types: [], packages: ['node:*'] },
  // What is bundled for a browser: of the rest only words and types, never Node.
  'web/': {
    sources: ['cli/render/humanize.ts'],
    types: ['config/diagnostic.ts', 'control/protocol.ts', 'logs/log-query.ts'],
    packages: ['preact', '@preact/signals', 'uplot', 'ansi_up'],
  },
  'daemon/': {
    sources: ['config/', 'loader/', 'supervisor/', 'logs/', 'process/', 'control/'],
    types: [],
    packages: ['chokidar', 'croner', 'picomatch', 'node:*'],
  },
  'library/': { sources: ['config/', 'loader/', 'logs/', 'control/'], types: [], packages: ['node:*'] },
  'mcp/': { sources: ['library/', 'config/', 'logs/', 'control/'], types: [], packages: ['@modelcontextprotocol/sdk', 'node:*'] },
  'index.ts': { sources: ['config/', 'logs/', 'control/', 'library/', 'mcp/'], types: [], packages: [] },
  'cli/': {
    sources: ['config/', 'import/', 'export/', 'doctor/', 'dashboard/', 'loader/', 'logs/', 'control/', 'library/', 'mcp/'],
    types: [],
    packages: ['commander', 'picocolors', 'fast-string-width', 'yaml', 'node:*'],
  },
};

/** What the table forbids and is so all the same, each with its reason. */
const EXCEPTIONS: readonly {
  readonly from: string;
  readonly to: string;
  readonly kind: Import['kind'] | 'any';
  readonly reason: string;
}[] = [
  {
    from: 'cli/up/',
    to: 'daemon/',
    kind: 'any',
    reason: '`up` is the one command that becomes the daemon; test/package.test.ts proves that no other loads it',
  },
  {
    from: 'library/start-supervisor.ts',
    to: 'daemon/',
    kind: 'any',
    reason: 'a supervisor inside another program; loaded when one is started',
  },
  {
    from: 'library/start-supervisor.ts',
    to: 'cli/up/',
    kind: 'any',
    reason: 'a supervisor in a process of its own is the executable, started with its words',
  },
  {
    from: 'library/absence.ts',
    to: 'daemon/',
    kind: 'static',
    reason: 'who holds the lock, and what outlived its supervisor, stands in the state that the daemon writes',
  },
  {
    from: 'cli/commands/run.ts',
    to: 'process/environment.ts',
    kind: 'static',
    reason: 'a command run as a service gets the very environment the service gets',
  },
  {
    from: 'cli/commands/run.ts',
    to: 'process/spawn-failure.ts',
    kind: 'static',
    reason: 'and what keeps it from starting is said as it is said of the service',
  },
  {
    from: 'export/',
    to: 'process/environment.ts',
    kind: 'static',
    reason: 'elsewhere a service gets the very variables that it gets here',
  },
  {
    from: 'cli/commands/schema.ts',
    to: '../schemas/omniroute.schema.json',
    kind: 'static',
    reason: 'it prints the file that the project ships',
  },
  {
    from: 'process/',
    to: 'supervisor/cause.ts',
    kind: 'static',
    reason: '`describeExit`: how a process ended is said in the same words everywhere',
  },
];

const SOURCE = 'src';
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => isSource(file))
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(SOURCE, file), 'utf8')]));
const imports = files.flatMap((file) => importsOf(file, texts.get(file) as string));

test('every import keeps to the table of layers', () => {
  assert.ok(imports.length > files.length, 'imports are found at all');
  const broken = imports.filter((each) => !isAllowed(each) && !EXCEPTIONS.some((exception) => isExcepted(each, exception)));
  assert.deepEqual(
    broken.map(({ from, to, kind }) => `${from} → ${to} (${kind})`),
    [],
  );
});

test('every exception from the table is still needed', () => {
  const idle = EXCEPTIONS.filter((exception) => !imports.some((each) => !isAllowed(each) && isExcepted(each, exception)));
  assert.deepEqual(
    idle.map(({ from, to, kind }) => `${from} → ${to} (${kind})`),
    [],
  );
});

test('every package that the table allows is used there', () => {
  const idle = Object.entries(TABLE).flatMap(([name, { packages }]) => {
    const used = imports.filter(({ from }) => from.startsWith(name)).map(({ to }) => to);
    return packages.filter((each) => !used.some((to) => isOf(each, to))).map((each) => `${name}: ${each}`);
  });
  assert.deepEqual(idle, []);
});

test('every file of src/ belongs to a row of the table', () => {
  assert.deepEqual(
    files.filter((file) => rowOf(file) === undefined && !file.endsWith('.d.ts')),
    [],
  );
});

test('every import of a file finds it', () => {
  const lost = imports.filter(({ to }) => isSource(to) && !texts.has(to));
  assert.deepEqual(
    lost.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test('no file imports itself by any detour, types included', () => {
  // The script that completes every command is itself a command of the table, which loads it only when asked for.
  const edges = imports.filter(({ from, to }) => !(from === 'cli/command-table.ts' && to === 'cli/commands/completion.ts'));
  assert.equal(findCycle(new Map(files.map((file) => [file, edges.filter(({ from }) => from === file).map(({ to }) => to)]))), null);
});

test('a file has at most 300 lines, and half of the files fewer than 90', () => {
  const lengths = files.filter((file) => !isGenerated(file)).map((file) => ({ file, lines: linesOf(texts.get(file) as string) }));
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > 300),
    [],
  );
  const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
  assert.ok((sorted[Math.floor(sorted.length / 2)] ?? 0) < 90);
});

test('the map of the code fits on a page', () => {
  assert.ok(linesOf(readFileSync(join(SOURCE, 'README.md'), 'utf8')) <= 80);
});

test('file names are kebab-case and say what is inside', () => {
  const empty = /^(utils?|types?|managers?|helpers?|common|misc|shared|index)$/;
  // The one entry for programs, a short list of names.
  const bad = files.filter((file) => {
    if (file === 'index.ts') return false;
    const name = basename(file).replace(/(\.d)?\.tsx?$/, '');
    return (
      !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.split('-').some((word) => empty.test(word) && !(word === 'index' && name !== 'index'))
    );
  });
  assert.deepEqual(bad, []);
});

test('there are no barrels, default exports, enums, namespaces or empty words in the names of things', () => {
  const forbidden: Readonly<Record<string, RegExp>> = {
    'default export': /^export default\b/m,
    barrel: /^export \* from/m,
    enum: /^(export )?(const )?enum\b/m,
    namespace: /^(export )?(declare )?namespace\b/m,
    'manager, helper or util': /\b(class|interface|function|const|type) \w*([mM]anager|[hH]elpers?|[uU]tils?)\b/,
  };
  const found = files
    .filter((file) => !file.endsWith('.d.ts'))
    .flatMap((file) =>
      Object.entries(forbidden)
        .filter(([, pattern]) => pattern.test(codeOf(texts.get(file) as string)))
        .map(([what]) => `${file}: ${what}`),
    );
  assert.deepEqual(found, []);
});

test('the supervisor knows no clock, no chance, no promise and no process', () => {
  const impure =
    /(?<![.\w])(Date|performance|Math\.random|crypto|set(Timeout|Interval|Immediate)|queueMicrotask|Promise|async|await|console|globalThis|fetch|require|process(?=\.))\b/;
  const found = files
    .filter((file) => file.startsWith('supervisor/'))
    .flatMap((file) =>
      codeOf(texts.get(file) as string)
        .split('\n')
        .flatMap((line, n) => (impure.test(line) ? [`${file}:${n + 1} ${line.trim()}`] : [])),
    );
  assert.deepEqual(found, []);
});

test('the reader of imports sees every way of writing one', () => {
  const text = [
    "// import { no } from './comment.ts';",
    "import './effect.ts';",
    "import a, { b } from 'package';",
    'import {',
    '  type C,',
    '  d,',
    "} from '../e.ts';",
    "import { type F } from './f.ts';",
    "import type { G } from './g.ts';",
    "export { h } from './h.ts';",
    "const i = await import('./i.ts');",
    "type J = import('./j.ts').J;",
    "const text = `import { k } from './k.ts'`;",
  ].join('\n');
  assert.deepEqual(
    importsOf('x/y.ts', text).map(({ to, kind }) => `${to} ${kind}`),
    ['x/effect.ts static', 'package static', 'e.ts static', 'x/f.ts type', 'x/g.ts type', 'x/h.ts static', 'x/i.ts dynamic', 'x/j.ts type'],
  );
});

test('the finder of cycles tells the path', () => {
  assert.deepEqual(
    findCycle(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['c', []],
        ['d', ['b']],
      ]),
    ),
    ['b', 'd', 'b'],
  );
  assert.equal(
    findCycle(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', []],
      ]),
    ),
    null,
  );
});

function isAllowed({ from, to, kind }: Import): boolean {
  const row = rowOf(from);
  if (row === undefined) return false;
  const [name, { sources, types, packages }] = row;
  if (!isSource(to)) return packages.some((each) => isOf(each, to));
  if (LAYER_0.includes(to) && !LAYER_0.includes(from)) return true;
  if (name.endsWith('/') && to.startsWith(name)) return true;
  return sources.some((prefix) => to.startsWith(prefix)) || (kind === 'type' && types.includes(to));
}

function isSource(file: string): boolean {
  return /\.tsx?$/.test(file);
}

/** The package itself or a part of it; `node:*` is all of Node. */
function isOf(packageName: string, to: string): boolean {
  return to === packageName || to.startsWith(`${packageName}/`) || (packageName === 'node:*' && to.startsWith('node:'));
}

function isExcepted(each: Import, exception: (typeof EXCEPTIONS)[number]): boolean {
  return (
    each.from.startsWith(exception.from) && each.to.startsWith(exception.to) && (exception.kind === 'any' || exception.kind === each.kind)
  );
}

function rowOf(file: string): [string, Row] | undefined {
  return Object.entries(TABLE).find(([name]) => (name.endsWith('/') ? file.startsWith(name) : file === name));
}

function importsOf(from: string, text: string): Import[] {
  const statements = /^(?:import|export)\s+(?:(?<clause>(?:type\s+)?[\w*{][^;'"`]*?)\s+from\s+)?'(?<target>[^']+)'/gm;
  const calls = /(?<before>[^\n]*)\bimport\('(?<target>[^']+)'\)(?<after>\.[A-Z])?/g;
  const code = withoutComments(text);
  return [
    ...Array.from(code.matchAll(statements), ({ groups }) => ({
      from,
      to: resolveImport(from, groups?.['target'] ?? ''),
      kind: isTypeClause(groups?.['clause'] ?? '') ? ('type' as const) : ('static' as const),
    })),
    ...Array.from(code.matchAll(calls), ({ groups }) => ({
      from,
      to: resolveImport(from, groups?.['target'] ?? ''),
      kind: groups?.['after'] === undefined ? ('dynamic' as const) : ('type' as const),
    })),
  ];
}

/** `type {…}`, or braces with nothing but types in them. */
function isTypeClause(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{([^}]*)\}$/
    .exec(clause)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names?.every((name) => name.startsWith('type ')) ?? false;
}

function resolveImport(from: string, target: string): string {
  return target.startsWith('.') ? normalize(join(dirname(from), target)) : target;
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\/.*$/gm, '').replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''));
}

/** Without comments and quoted strings; the lines keep their numbers. */
function codeOf(text: string): string {
  return withoutComments(text)
    .replace(/'(?:\\.|[^'\\\n])*'/g, "''")
    .replace(/\/\/.*$/gm, '');
}

/** Names of files, the first again at the end; null: there is none. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle !== null) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

function isGenerated(file: string): boolean {
  return /generated/i.test((texts.get(file) as string).slice(0, 200));
}

function linesOf(text: string): number {
  return text.trimEnd().split('\n').length;
}
