// What tests on engines share: programs of the installed engines, and a project of ours as an engine gets it.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { Engine } from '../../src/export/export-project.ts';
import { AWKWARD, ECHO, JOBS } from '../export/awkward.ts';
import { SHOP_FILES } from '../export/shop.ts';
import { cliCommand } from '../rig/cli-process.ts';
import { eventually } from '../rig/within.ts';

const installed = process.env['OMNIROUTE_ENGINES'];
if (installed === undefined) throw new Error('the engines are installed, and these tests run, by `npm run engines`');
export const ENGINES_DIR = installed;

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads on stdin. */
  readonly input?: string;
}

export function run([program, ...words]: readonly [string, ...string[]], { cwd = '/', env = {}, input = '' }: RunOptions = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd,
    input,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 180_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** What it printed on stdout; an error with all that it said where it failed. */
export function runWell(command: readonly [string, ...string[]], options: RunOptions = {}): string {
  const { status, stdout, stderr } = run(command, options);
  if (status !== 0) throw new Error(`\`${command.join(' ')}\` ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The image that Dockerfiles begin with, for `import`; the published one says what its PATH is, too. */
export const NODE_IMAGE = [
  '--change',
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  join(ENGINES_DIR, 'node-image.tar'),
];

/** Not below the tests' own folder: engines look into the folders above. */
export function makeFolder(name: string): string {
  const folder = join(mkdtempSync(join(realpathSync('/tmp'), 'or-engine-')), name);
  mkdirSync(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(join(folder, '..'), { recursive: true, force: true });
}

/** A project's folder with these files, gone after the test. */
function writeProject(t: TestContext, name: string, files: Readonly<Record<string, string>>): string {
  const folder = makeFolder(name);
  t.after(() => removeFolder(folder));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Projects by name, each a folder of this test's own. */
export const PROJECTS = {
  /** examples/webapp, as somebody has it who copied it. */
  webapp: (t: TestContext): string => {
    const folder = writeProject(t, 'webapp', {});
    cpSync(resolve('examples/webapp'), folder, { recursive: true, filter: (path) => !/\.omniroute|node_modules/.test(path) });
    return folder;
  },
  shop: (t: TestContext): string => writeProject(t, 'shop', SHOP_FILES),
  awkward: (t: TestContext): string => writeProject(t, 'awkward', { 'omniroute.yaml': AWKWARD, 'echo.cjs': ECHO }),
  jobs: (t: TestContext): string => writeProject(t, 'jobs', { 'omniroute.yaml': JOBS }),
} as const satisfies Readonly<Record<string, (t: TestContext) => string>>;

/** As a user exports it; the folder of the files. In a container a program has to listen on all addresses. */
export function exportTo(engine: Engine, project: string): string {
  const listens = engine === 'systemd' ? {} : { LISTEN_HOST: '0.0.0.0' };
  runWell(cliCommand(['export', engine]), { cwd: project, env: { ...listens, DB_WORD: 'swordfish', PERCENT: '100%' } });
  return join(project, 'deploy', engine);
}

/** What a program answers, as soon as it does. */
export function answerOf(url: string): Promise<string> {
  return eventually(
    () => `an answer of ${url}`,
    async () => {
      const response = await fetch(url).catch(() => null);
      return response?.ok ? response.text() : null;
    },
  );
}
