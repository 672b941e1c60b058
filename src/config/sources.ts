// The files that a project is made of.
import { createHash } from 'node:crypto';
import { fingerprintOf, type ReadResult, readWithFingerprint } from './read-source.ts';

/** What one load reads: each file once, so that all of it sees the same text. */
export class Sources {
  readonly #read = new Map<string, ReturnType<typeof readWithFingerprint>>();

  read(path: string): ReadResult {
    const read = this.#read.get(path) ?? readWithFingerprint(path);
    this.#read.set(path, read);
    return read.result;
  }

  /** Every file read or looked for, absolute. */
  get paths(): readonly string[] {
    return [...this.#read.keys()];
  }

  /** Of what was read. */
  get hash(): string {
    return hashOf([...this.#read].map(([path, { fingerprint }]) => [path, fingerprint]));
  }
}

/** Of what these files say now; one that cannot be read counts by the reason. */
export function hashSources(paths: readonly string[]): string {
  return hashOf(paths.map((path) => [path, fingerprintOf(path)]));
}

function hashOf(sources: readonly (readonly [path: string, fingerprint: string])[]): string {
  return createHash('sha256').update(JSON.stringify(sources)).digest('hex');
}
