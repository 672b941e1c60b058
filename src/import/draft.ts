// The project that an import makes, before it becomes text.
import type { ProjectFile, ServiceFile } from '../config/file.ts';
import type { Problems } from '../config/problems.ts';
import type { Span } from '../config/source-file.ts';
import type { Field } from './field.ts';

export interface DraftService {
  /** As omniroute calls it. */
  readonly name: string;
  /** Where it stands in the file it comes from. */
  readonly at: Span;
  readonly keys: ServiceFile;
}

const MAX_NAME_LENGTH = 64;
/** Of omniroute's own folder and files in the state folder. */
const RESERVED = /^(supervisor|state\.json|last-good\.yaml)$/i;

export class Draft {
  readonly problems: Problems;
  readonly project: Omit<ProjectFile, 'services'> = {};
  readonly services = new Map<string, DraftService>();
  readonly #copies = new Map<string, readonly string[]>();
  readonly #profiles = new Map<string, readonly string[]>();
  readonly #ports = new Map<number, string>();

  constructor(problems: Problems) {
    this.problems = problems;
  }

  /** A new service under the name it has in the source, or under one as near as omniroute's rules for names allow. */
  add(wanted: string, at: Span): DraftService {
    const name = this.#freeName(wanted);
    if (name !== wanted)
      this.problems.add(at, {
        code: 'renamed',
        severity: 'warning',
        message: `\`${wanted}\` is called \`${name}\` now: names are letters, digits, \`.\`, \`_\` and \`-\`, each once`,
        service: name,
      });
    const service = { name, at, keys: {} };
    this.services.set(name, service);
    this.#copies.set(wanted, [...(this.#copies.get(wanted) ?? []), name]);
    return service;
  }

  /** From now on a name of the source stands for these. */
  alias(wanted: string, names: readonly string[]): void {
    this.#copies.set(wanted, names);
  }

  /** What a name of the source stands for: several where it was a service of several processes, none where it was left out. */
  namesOf(wanted: string): readonly string[] | undefined {
    return this.#copies.get(wanted);
  }

  /** Makes `count` of a service, numbered from 0, of which each knows its number from `variable`. */
  replicate(service: DraftService, wanted: string, options: { readonly count: number; readonly variable: string }): void {
    const { count, variable } = options;
    if (count < 2) return;
    this.services.delete(service.name);
    const names = Array.from({ length: count }, (_, index) => {
      const name = this.#freeName(`${service.name}-${index}`);
      const { ports, ...keys } = structuredClone(service.keys);
      const own = { ...keys, ...(index === 0 && ports ? { ports } : {}), env: { ...keys.env, [variable]: String(index) } };
      this.services.set(name, { name, at: service.at, keys: own });
      this.#copies.set(name, [name]);
      return name;
    });
    this.alias(wanted, names);
  }

  addToProfile(profile: string, wanted: string): void {
    this.#profiles.set(profile, [...(this.#profiles.get(profile) ?? []), wanted]);
  }

  /** Profiles with the services that came of their members. */
  get profiles(): Readonly<Record<string, string[]>> {
    return Object.fromEntries(
      [...this.#profiles].map(([profile, members]) => [profile, members.flatMap((name) => this.namesOf(name) ?? [])]),
    );
  }

  /** Declares that a service listens on a port of this machine, which only one can. */
  addPort(service: DraftService, field: Field, port: number, name: string): void {
    const holder = this.#ports.get(port);
    if (holder === service.name) return;
    if (holder !== undefined) {
      field.lost(
        `\`${holder}\` has port ${port} already, and on one machine only one of them can listen there`,
        'give one of them another',
      );
      return;
    }
    this.#ports.set(port, service.name);
    service.keys.ports = { ...service.keys.ports, [name]: port };
  }

  #freeName(wanted: string): string {
    const plain = wanted
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|-+$/g, '')
      .slice(0, MAX_NAME_LENGTH - 4);
    const base = plain === '' ? 'service' : RESERVED.test(plain) ? `${plain}-app` : plain;
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      if (!this.services.has(name)) return name;
    }
  }
}
