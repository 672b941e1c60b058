// Published ports: without a container, a program listens on its own port of this machine.
import type { Draft, DraftService } from '../draft.ts';
import type { Field } from '../field.ts';

interface Mapping {
  readonly target: string;
  readonly published: string;
  readonly protocol: string;
  readonly name: string | undefined;
}

export function addPorts(field: Field, service: DraftService, draft: Draft): void {
  for (const item of field.items()) {
    const mapping = item.node.kind === 'map' ? readLong(item) : readShort(item);
    if (mapping) addMapping(mapping, item, service, draft);
  }
}

function readShort(item: Field): Mapping | undefined {
  const [, address = '', protocol = 'tcp'] = /^([^/]*)(?:\/(\w+))?$/.exec(item.text() ?? '') ?? [];
  const parts = address.replace(/^\[[^\]]*\]/, 'v6').split(/:(?![-=?+])/);
  const target = parts.at(-1) ?? '';
  return { target, published: parts.length > 1 ? (parts.at(-2) ?? '') : target, protocol, name: undefined };
}

function readLong(item: Field): Mapping | undefined {
  const target = item.field('target')?.text();
  if (target === undefined) return item.wrong('needs a `target`');
  const protocol = item.field('protocol')?.text() ?? 'tcp';
  return { target, published: item.field('published')?.text() ?? target, protocol, name: item.field('name')?.text() };
}

function addMapping({ target, published, protocol, name }: Mapping, item: Field, service: DraftService, draft: Draft): void {
  if (protocol !== 'tcp') return item.lost('ports are TCP ports');
  if (target.includes('$')) return item.lost('it is known only once a variable is', 'write `ports: {http: "${env.PORT}"}`');
  const port = /^\d+$/.test(target) ? Number(target) : 0;
  if (/^\d+-\d+$/.test(target)) return item.lost('a range of ports', 'name each port');
  if (port < 1 || port > 65_535) return item.wrong('is no port');
  if (published !== '' && published !== target)
    item.changed(
      `the program listens on ${target} itself, and nothing forwards ${published} to it`,
      'let it listen where it should be reached',
    );
  const key = name !== undefined && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) ? name : `tcp-${target}`;
  draft.addPort(service, item, port, key);
}
