// state.json: what the next supervisor needs to take over, written whole by rename. It holds no environment and no command: no secrets.
// A run is over when its machine has rebooted (boot id), so what a power cut could lose here is of no use any more: no fsync on the hot path.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../process/identity.ts';
import type { StopPolicy } from '../spec.ts';

const SCHEMA = 1;

export interface RunRecord {
  readonly service: string;
  readonly run: number;
  readonly identity: ProcessIdentity;
  /** The value of OMNIROUTE_RUN in its environment. */
  readonly marker: string;
  /** On the monotonic clock of that boot. */
  readonly startedAtMs: number;
  readonly ready: boolean;
  readonly restarts: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of everything that needs a new process to change; tells whether the file still asks for this one. Null: nobody wrote it down. */
  readonly fingerprint: string | null;
  readonly stop: StopPolicy;
}

export interface StateRecord {
  readonly schema: typeof SCHEMA;
  readonly generation: number;
  /** The last part of the markers of this supervisor's runs; null once it has ended in order. */
  readonly nonce: string | null;
  readonly autoPorts: Readonly<Record<string, number>>;
  readonly runs: readonly RunRecord[];
}

export type ReadState = { readonly record: StateRecord | null; readonly problem: string | null };

/** Null where there is none, or none that can be understood. */
export function peekStateFile(stateDir: string): StateRecord | null {
  const text = readText(join(stateDir, 'state.json'));
  return text === null ? null : parse(text);
}

/** A file that cannot be understood is set aside, never trusted and never fatal; `problem` says so. */
export function readStateFile(stateDir: string): ReadState {
  const path = join(stateDir, 'state.json');
  const text = readText(path);
  if (text === null) return { record: null, problem: null };
  const record = parse(text);
  if (record) return { record, problem: null };
  const aside = `${path}.broken-${Date.now()}`;
  renameSync(path, aside);
  return { record: null, problem: `state.json could not be understood and was set aside as ${aside}; services it knew are not taken over` };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function parse(text: string): StateRecord | null {
  try {
    const record = JSON.parse(text) as StateRecord;
    const nonceIsWhole = record.nonce === null || typeof record.nonce === 'string';
    const whole = record.schema === SCHEMA && nonceIsWhole && Array.isArray(record.runs) && record.runs.every(isRunRecord);
    return whole ? record : null;
  } catch {
    return null;
  }
}

function isRunRecord(run: RunRecord): boolean {
  const { identity } = run;
  return (
    typeof run.service === 'string' &&
    Number.isInteger(run.run) &&
    Number.isInteger(identity?.pid) &&
    typeof identity.bootId === 'string' &&
    typeof run.marker === 'string'
  );
}

/** Writes the record if it differs from the last one written; throws what the disk says. */
export class StateFile {
  readonly #path: string;
  #written = '';

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'state.json');
  }

  write(record: Omit<StateRecord, 'schema'>): void {
    const text = `${JSON.stringify({ schema: SCHEMA, ...record })}\n`;
    if (text === this.#written) return;
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
    this.#written = text;
  }
}
