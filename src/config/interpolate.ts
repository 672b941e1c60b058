// `${...}` in strings, after parsing: each reference replaced, or refused where it stands.
import { outputMarker } from '../output-ref.ts';
import type { OutputRef } from '../spec.ts';
import type { Problems } from './problems.ts';
import { isSecretName } from './secret.ts';
import type { Span } from './source-file.ts';
import { didYouMean } from './suggestion.ts';
import type { Path, ScalarNode } from './tree.ts';

/** What references may name. */
export interface Scope {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly project: { readonly name: string; readonly dir: string; readonly stateDir: string };
  /** Per service; null: `auto`, and not chosen yet. */
  readonly ports: ReadonlyMap<string, ReadonlyMap<string, number | null>>;
  readonly outputs: ReadonlyMap<string, readonly string[]>;
  /** Services that do not start by default: what they lack is a warning until they are asked for. */
  readonly onRequest: ReadonlySet<string>;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly severity?: 'warning';
}

type Reference = { readonly value: string; readonly provisional?: true } | { readonly refusal: Refusal };

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const KINDS = [
  'env.NAME',
  'env.NAME:-default',
  'ports.NAME',
  'services.NAME.ports.NAME',
  'services.NAME.outputs.NAME',
  'project.name',
  'project.dir',
  'service.dir',
];

/** The scalar with its references filled in. One that is nothing but a reference becomes a number or boolean where its value is one. */
export function interpolate(node: ScalarNode, path: Path, scope: Scope, problems: Problems): ScalarNode {
  if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
  const service = path[0] === 'services' && path.length > 1 ? String(path[1]) : null;
  let provisional = false;
  const value = node.value.replace(REFERENCE, (whole, body: string | undefined, end: string) => {
    if (body === undefined) return '${';
    const found =
      end === '' ? { refusal: { code: 'bad-reference', message: `\`${whole}\` is never closed` } } : lookUp(body, service, path, scope);
    if ('provisional' in found || 'refusal' in found) provisional = true;
    if ('refusal' in found) problems.add(narrow(node.span, whole), { ...found.refusal, service });
    if ('value' in found && isSecretReference(body)) problems.hide(found.value);
    return 'value' in found ? found.value : '';
  });
  const whole = /^\$\{[^}]*\}$/.test(node.value);
  return { ...node, value: whole ? plainValue(value) : value, text: value, ...(provisional ? { provisional: true as const } : {}) };
}

function isSecretReference(body: string): boolean {
  const name = /^env\.(\w+)/.exec(body)?.[1];
  return name !== undefined && isSecretName(name);
}

/** Only what is written in its one canonical way: `007` and `1e3` stay text. */
function plainValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

function narrow({ source, start, end }: Span, text: string): Span {
  const at = source.text.indexOf(text, start);
  return at === -1 || at >= end ? { source, start, end } : { source, start: at, end: at + text.length };
}

function lookUp(body: string, service: string | null, path: Path, scope: Scope): Reference {
  const variable = /^env\.([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(body);
  if (variable) return lookUpVariable(variable[1] as string, variable[2], service, scope);
  if (body === 'project.name') return { value: scope.project.name };
  if (body === 'project.dir') return { value: scope.project.dir };
  const needsService = body === 'service.dir' || body.startsWith('ports.');
  if (needsService && service === null) return refuse('bad-reference', `\`\${${body}}\` means something only inside a service`);
  if (body === 'service.dir') return { value: `${scope.project.stateDir}/${service}` };
  if (body.startsWith('ports.')) return lookUpPort(service as string, body.slice('ports.'.length), scope);
  const other = /^services\.(.+)\.(ports|outputs)\.([^.]+)$/.exec(body);
  if (!other) return refuse('bad-reference', `\`\${${body}}\` is not a reference${didYouMean(body, KINDS)}`, explainReferences(body));
  const [, name, kind, key] = other as unknown as [string, string, string, string];
  if (!scope.ports.has(name))
    return refuse('unknown-service', `there is no service \`${name}\`${didYouMean(name, [...scope.ports.keys()])}`);
  return kind === 'ports' ? lookUpPort(name, key, scope) : lookUpOutput({ service: name, output: key }, service, path, scope);
}

function explainReferences(body: string): string {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(body)?.[0];
  if (name !== undefined && !['env', 'ports', 'services', 'project', 'service'].includes(name)) {
    return `write \`\${env.${name}}\` for the variable, or \`$\${${body}}\` for these very characters`;
  }
  return `references: ${KINDS.map((kind) => `\${${kind}}`).join(', ')}`;
}

function lookUpVariable(name: string, fallback: string | undefined, service: string | null, { env, onRequest }: Scope): Reference {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (fallback !== undefined) return { value: value || fallback };
  if (value !== undefined) return { value };
  const hint = `set it, or give a default: \`\${env.${name}:-…}\``;
  const severity = service !== null && onRequest.has(service) ? { severity: 'warning' as const } : {};
  return { refusal: { code: 'unset-variable', message: `the variable \`${name}\` is not set`, hint, ...severity } };
}

function lookUpPort(service: string, name: string, { ports }: Scope): Reference {
  const known = ports.get(service) ?? new Map<string, number | null>();
  const port = known.get(name);
  if (port === undefined) return refuse('unknown-port', `\`${service}\` has no port \`${name}\`${didYouMean(name, [...known.keys()])}`);
  return port === null ? { value: '0', provisional: true } : { value: String(port) };
}

function lookUpOutput(ref: OutputRef, service: string | null, path: Path, { outputs }: Scope): Reference {
  const known = outputs.get(ref.service) ?? [];
  if (!known.includes(ref.output)) {
    return refuse('unknown-output', `\`${ref.service}\` has no output \`${ref.output}\`${didYouMean(ref.output, known)}`);
  }
  if (ref.service === service) return refuse('never-holds', `\`${service}\` would wait for its own output before it starts`);
  if (!takesOutputs(path))
    return refuse('bad-reference', 'an output is known only while its service runs: it can stand in `command`, `shell` and `env`');
  return { value: outputMarker(ref) };
}

function takesOutputs(path: Path): boolean {
  const [first, second, third] = path;
  if (path.length === 2) return first === 'env';
  return (
    (first === 'services' && ['command', 'shell', 'env'].includes(String(third))) ||
    (first === 'defaults' && ['command', 'shell', 'env'].includes(String(second)))
  );
}

function refuse(code: string, message: string, hint?: string): Reference {
  return { refusal: { code, message, ...(hint === undefined ? {} : { hint }) } };
}
