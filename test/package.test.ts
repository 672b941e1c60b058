// What is published: that it is whole, that it stands alone, and that typing `omniroute ps` loads nothing that only `up` needs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';

interface Chunk {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

const { outputs } = JSON.parse(readFileSync('dist/meta.json', 'utf8')) as { outputs: Readonly<Record<string, Chunk>> };
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<Record<string, unknown>>;

/** Heavy, and of no use to a command that only asks a running omniroute. */
const HEAVY = ['yaml', 'ajv', 'chokidar'];
const ASKING = ['ps', 'top', 'status', 'why', 'events', 'down', 'start', 'stop', 'restart', 'wait', 'signal', 'reload', 'plan'];

test('commands that ask load no YAML, no validator, no watcher, no spawning and no HTTP server', () => {
  const inputs = inputsOf(['src/cli/main.ts', 'src/cli/command-line.ts']);
  assert.deepEqual(
    ASKING.filter((name) => !inputs.includes(`src/cli/commands/${name}.ts`)),
    [],
  );
  const heavy = inputs.filter(
    (input) => HEAVY.some((packageName) => input.includes(`node_modules/${packageName}/`)) || input.startsWith('schema-validator:'),
  );
  assert.deepEqual(heavy, []);
  assert.deepEqual(
    inputs.filter((input) => /^src\/(daemon|process)\/|^src\/control\/api\.ts$/.test(input)),
    [],
  );
});

test('up loads all of it, so that the proof above proves something', () => {
  const inputs = inputsOf(['src/loader/load-now.ts', 'src/cli/up/foreground.ts', 'node_modules/chokidar/index.js']);
  for (const start of [
    'node_modules/yaml/',
    'schema-validator:',
    'node_modules/chokidar/',
    'src/daemon/',
    'src/process/',
    'src/control/api.ts',
  ])
    assert.ok(
      inputs.some((input) => input.startsWith(start)),
      start,
    );
});

test('what reads the project file is never in the process that supervises', () => {
  for (const entryPoint of ['src/cli/up/foreground.ts', 'src/cli/up/detached-child.ts', 'src/daemon/run.ts']) {
    const inputs = inputsOf([entryPoint]);
    assert.ok(inputs.includes('src/daemon/daemon.ts'), entryPoint);
    assert.deepEqual(
      inputs.filter(
        (input) => input.includes('node_modules/yaml/') || input.startsWith('schema-validator:') || input === 'src/config/load.ts',
      ),
      [],
    );
  }
});

test('only mcp loads the SDK of the Model Context Protocol', () => {
  const loads = (entryPoint: string): boolean =>
    inputsOf([entryPoint]).some((input) => input.includes('node_modules/@modelcontextprotocol/'));
  const entryPoints = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  assert.deepEqual(entryPoints.filter(loads), ['src/mcp/project.ts']);
});

test('--version is answered by the first file alone', () => {
  assert.deepEqual(
    inputsOf(['src/cli/main.ts'])
      .filter((input) => input.startsWith('src/'))
      .sort(),
    ['src/cli/main.ts', 'src/cli/up/supervise-word.ts', 'src/loader/loader-word.ts'],
  );
});

test('everything but Node itself is bundled, so the package depends on nothing', () => {
  const external = Object.entries(outputs).flatMap(([output, { imports }]) =>
    imports.flatMap(({ path, external }) => (external ? [path.startsWith('.') ? join(dirname(output), path) : path] : [])),
  );
  assert.deepEqual(
    [...new Set(external)].filter((path) => !path.startsWith('node:') && !builtinModules.includes(path) && outputs[path] === undefined),
    [],
  );
  assert.equal(manifest['dependencies'], undefined);
});

test('the executable runs in a folder that has nothing but it', (context) => {
  const folder = temporaryFolder(context);
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  const omniroute = (...args: string[]) =>
    execFileSync(process.execPath, [join(folder, 'dist/bin/omniroute.js'), ...args], { cwd: folder, encoding: 'utf8' });
  assert.equal(omniroute('--version').trim(), manifest['version']);
  writeFileSync(join(folder, 'omniroute.yaml'), 'services: {a: {command: [sleep, "1000"]}}\n');
  assert.match(omniroute('validate'), /valid, 1 service/);
  assert.equal((JSON.parse(omniroute('schema')) as { title: string }).title, 'ProjectFile');
});

test('the package has what it needs and nothing else', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  for (const path of [
    'dist/bin/omniroute.js',
    'dist/index.js',
    'dist/types/index.d.ts',
    'dist/web/index.html',
    'dist/web/main.js',
    'dist/web/page.css',
    'schemas/omniroute.schema.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'package.json',
  ])
    assert.ok(paths.includes(path), path);
  assert.deepEqual(
    paths.filter(
      (path) =>
        !/^(dist\/(package\.json|.*\.js|types\/.*\.d\.ts|web\/[a-z]+\.(html|css|svg))|schemas\/.*\.(json|yaml)|docs\/.*\.(md|svg|png|cast)|[A-Z]+(\.md)?|package\.json)$/.test(
          path,
        ),
    ),
    [],
  );
});

/** Sources in the outputs that these entry points load before they do anything: static imports, followed to the end. */
function inputsOf(entryPoints: readonly string[]): string[] {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) if (kind === 'import-statement' && !external) load(next);
  };
  for (const entryPoint of entryPoints) {
    const output = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entryPoint);
    assert.ok(output !== undefined, `${entryPoint} is loaded on its own`);
    load(output);
  }
  return [...loaded].flatMap((path) =>
    Object.entries(outputs[path]?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );
}

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'omniroute-package-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
