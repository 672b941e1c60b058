// The draft as a file that people go on with: what it came from, what each key does, what was left behind.
import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Diagnostic } from '../config/diagnostic.ts';
import type { Draft, DraftService } from './draft.ts';

export interface TextOptions {
  /** Of the file that it came from. */
  readonly name: string;
  readonly folderName: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Said where a key is met for the first time. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  type: 'a job is meant to finish',
  schedule: 'a cron line: minute, hour, day of month, month, day of week; `ps` shows when it runs next',
  enabled: 'starts only after `omniroute enable`',
  shell: 'a line for /bin/sh -c; `command: [program, argument]` does without a shell',
  command: 'program and arguments, without a shell',
  ports: 'exported as PORT_NAME, the first as PORT too; looked at before each start',
  readiness: 'dependents wait for it; `omniroute up -d` returns when it holds',
  liveness: 'failing, the service is restarted',
  restart: 'policy: always | on-failure | never; it backs off while it keeps crashing',
  stop: 'grace_period: from the stop signal to SIGKILL',
  memory: 'of the whole process tree; over `soft` it is restarted in good order, over `hard` at once',
  depends_on: 'condition: started | ready | completed',
  watch: 'files whose change restarts it',
  hooks: 'run around each run',
};
const MAX_FLOW_WIDTH = 90;

/** The text of omniroute.yaml. */
export function writeDraft(draft: Draft, { name, folderName, diagnostics }: TextOptions): string {
  const { name: given, ...project } = draft.project;
  const explained = new Set<string>();
  const services = [...draft.services.values()].map((service) =>
    writeService(
      service,
      diagnostics.filter((each) => each.service === service.name),
      explained,
    ),
  );
  const general = diagnostics.filter(({ service }) => service === null).map(writeNote);
  const profiles = Object.keys(draft.profiles).length > 0 ? { profiles: draft.profiles } : {};
  const head = { version: 1, name: projectName(given ?? '') ?? projectName(folderName) ?? 'project', ...project, ...profiles };
  return `# What belongs together on this machine, taken from ${name}. Check it with \`omniroute validate\`, start it with \`omniroute up\`.
# Every key: \`omniroute schema\`, and docs/reference.md of omniroute. Save this file while it runs: only what changed is touched.
${general.join('')}${writeYaml(head)}
services:
${services.join('\n')}`;
}

function projectName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64);
  return name === '' ? undefined : name;
}

function writeService({ name, keys }: DraftService, diagnostics: readonly Diagnostic[], explained: Set<string>): string {
  const lines = ORDER.flatMap((key) => {
    const value = keys[key];
    if (value === undefined) return [];
    const explanation = explained.has(key) ? undefined : EXPLANATIONS[key];
    explained.add(key);
    return [...(explanation === undefined ? [] : [`# ${explanation}\n`]), writeYaml({ [key]: value })];
  });
  return indent(`${diagnostics.map(writeNote).join('')}${writeYaml({ [name]: null }).replace(/ null\n$/, '')}\n${indent(lines.join(''))}`);
}

const ORDER = [
  'description',
  'type',
  'schedule',
  'enabled',
  'command',
  'shell',
  'cwd',
  'env',
  'env_file',
  'ports',
  'depends_on',
  'readiness',
  'liveness',
  'restart',
  'success_exit',
  'stop',
  'memory',
  'watch',
  'hooks',
] as const;

function writeNote({ message, place, hint }: Diagnostic): string {
  const where = place === null ? '' : `line ${place.line}: `;
  return `# ${where}${message}${hint === null ? '' : ` — ${hint}`}\n`.replace(/[\r\n]+(?=.)/g, ' ');
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function writeYaml(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (key, node, path) => {
      // The top level, and the variables, one a line.
      if (path.length < 2 || isEnv(path)) return;
      node.flow = key !== null && isShort(node);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function isEnv(path: readonly unknown[]): boolean {
  const pair = path.at(-1) as { key?: Node } | undefined;
  return isScalar(pair?.key) && pair.key.value === 'env';
}

/** Scalars alone, without line breaks, on less than a line. */
function isShort(node: Node): boolean {
  const items: unknown[] = isSeq(node) ? node.items : isMap(node) ? node.items.map(({ value }) => value) : [];
  return (
    items.every((item) => isScalar(item) && !String(item.value).includes('\n')) && String(JSON.stringify(node)).length <= MAX_FLOW_WIDTH
  );
}
