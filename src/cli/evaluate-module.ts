import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

export type Evaluated = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

const MAX_MS = 30_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** What the module prints goes where people read; its exports come back on a descriptor of their own. */
const PROGRAM = `
const { writeSync } = await import('node:fs');
// --eval gives these to every module, also to one that has none of its own.
for (const name of ['module', 'exports', 'require', '__filename', '__dirname']) delete globalThis[name];
const module = await import(process.argv[1]);
const exported = 'default' in module ? module.default : { ...module };
writeSync(3, JSON.stringify(exported) ?? 'null');
process.exit(0);
`;

/** Runs a JavaScript file of the user in a process of its own; what it exports, as JSON sees it. */
export function evaluateModule(path: string, env: NodeJS.ProcessEnv): Evaluated {
  const { status, signal, error, stderr, output } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, pathToFileURL(path).href],
    { env, timeout: MAX_MS, maxBuffer: MAX_BYTES, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  if (error) return { ok: false, message: error.message };
  if (status !== 0) return { ok: false, message: /^\w*Error\b.*$/m.exec(stderr)?.[0] ?? `it ended with ${signal ?? `exit ${status}`}` };
  return { ok: true, value: JSON.parse(output[3] ?? 'null') };
}
