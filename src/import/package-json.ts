// The scripts of package.json that run for long: `start`, and others of such names.
import type { Tree } from '../config/tree.ts';
import type { Draft } from './draft.ts';
import { Field, WHOLE } from './field.ts';
import { writeCommand } from './shell-line.ts';
import type { Surroundings } from './surroundings.ts';

/** What npm puts before PATH. */
export const NPM_PATH = '${project.dir}/node_modules/.bin:${env.PATH}';
const LONG_RUNNING = /^(start|dev|develop|serve|server|preview|watch|worker|web|api|proxy|tunnel)([:._-].+)?$/;
/** The one that people run every day; the others are there, but disabled. */
const MAIN = ['start', 'dev', 'serve', 'server'];

export function readPackageJson(root: Tree, draft: Draft, { hasFile }: Surroundings): void {
  const manifest = new Field(WHOLE, { key: root.span, node: root }, { problems: draft.problems, service: null });
  const scripts = manifest.field('scripts')?.fields() ?? [];
  const main = MAIN.find((name) => scripts.some((script) => script.name === name));
  const hooks = new Set(scripts.filter(({ name }) => LONG_RUNNING.test(name)).map(({ name }) => `pre${name}`));
  for (const script of scripts) {
    if (LONG_RUNNING.test(script.name)) addScript(script, scripts, main, draft);
    else if (!hooks.has(script.name)) script.lost('by its name it does not run for long', 'give it a service of its own if it does');
  }
  const entry = manifest.field('main');
  if (draft.services.size > 0 || !entry) return;
  const file = entry.text();
  // `npm init` names an index.js that need not be there.
  if (file !== undefined && hasFile(file)) draft.add('app', entry.key).keys.command = ['node', file];
}

function addScript(script: Field, scripts: readonly Field[], main: string | undefined, draft: Draft): void {
  const text = script.text();
  if (text === undefined) return;
  const service = draft.add(script.name === main ? 'app' : script.name.replaceAll(':', '-'), script.key);
  const before = scripts.find(({ name }) => name === `pre${script.name}`)?.text();
  service.keys.description = `the ${script.name} script of package.json`;
  if (main !== undefined && script.name !== main) service.keys.enabled = false;
  Object.assign(service.keys, writeCommand(text));
  service.keys.env = { PATH: NPM_PATH };
  if (before !== undefined) service.keys.hooks = { pre_start: { ...writeCommand(before), timeout: '10m' } };
}
