// state.json: what the next supervisor needs to take over, written whole by rename. It holds no environment and no command: no secrets.
// A run is over when its machine has rebooted (boot id), so what a power cut could lose here is of no use any more: no fsync on the hot path.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunCgroup } from '../process/cgroup.ts';
import type { ProcessIdentity } from '../process/identity.ts';
import { readText } from '../process/read-text.ts';
import type { StopPolicy } from '../spec.ts';
import { isGroupOf } from './cgroup-name.ts';
import { type FolderIdentity, identifyFolder, isOfFolder } from './folder-identity.ts';
import { areStandings, type HandedOver, isHandedOver, type Standings } from './standings.ts';
import type { PlannedRun } from './timetable.ts';

const SCHEMA = 1;

export interface RunRecord {
  readonly service: string;
  readonly run: number;
  readonly identity: ProcessIdentity;
  /** The value of OMNIROUTE_RUN in its environment. */
  readonly marker: string;
  /** Absent where an omniroute without them wrote it. */
  readonly cgroup?: RunCgroup | null;
  /** On the monotonic clock of that boot. */
  readonly startedAtMs: number;
  readonly ready: boolean;
  readonly restarts: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of everything that needs a new process to change; tells whether the file still asks for this one. Null: nobody wrote it down. */
  readonly fingerprint: string | null;
  readonly stop: StopPolicy;
}

export interface StateContent {
  readonly generation: number;
  readonly autoPorts: Readonly<Record<string, number>>;
  /** How many instances somebody asked for instead of the file's number. */
  readonly scale?: Readonly<Record<string, number>>;
  readonly runs: readonly RunRecord[];
  /** Absent where an omniroute without schedules wrote it. */
  readonly schedules?: readonly PlannedRun[];
  /** What no run tells of. Absent where an omniroute wrote it that kept it only for a hand-over. */
  readonly standings?: Standings;
  /** Only where omniroute hands over to another one, which is no new start. */
  readonly handedOver: HandedOver | null;
}

interface StateRecord extends StateContent {
  readonly schema: number;
  /** The state folder it was written for. A copy has another inode; a folder that was moved keeps its own. */
  readonly folder: FolderIdentity;
}

/** `problem`: what was there and could not be used, in words. */
export interface ReadState {
  readonly record: StateContent | null;
  readonly problem: string | null;
}

/** The record if it is this folder's, else null; changes nothing. */
export function peekState(stateDir: string): StateContent | null {
  const text = readText(join(stateDir, 'state.json'));
  const record = text === null ? null : parse(text);
  return record !== null && record.schema === SCHEMA && isOfFolder(stateDir, record.folder) ? record : null;
}

/** The runs on record that are this folder's; changes nothing. */
export function peekRuns(stateDir: string): readonly RunRecord[] {
  return peekState(stateDir)?.runs ?? [];
}

/**
 * A file that cannot be understood is set aside, never trusted and never fatal. One that a later omniroute wrote is left as it is:
 * what it knows would be lost; `newer` says so, and what to do.
 */
export function readStateFile(stateDir: string): ReadState | { readonly newer: string } {
  const path = join(stateDir, 'state.json');
  const text = readText(path);
  if (text === null) return { record: null, problem: null };
  const record = parse(text);
  if (record === null) return { record: null, problem: `state.json could not be understood and was set aside as ${setAside(path)}` };
  if (record.schema > SCHEMA)
    return {
      newer: `${path} was written by a newer omniroute (its schema is ${record.schema}, this one knows ${SCHEMA}); use that one, or \`omniroute down --force\` and remove the file`,
    };
  if (!isOfFolder(stateDir, record.folder))
    return { record: null, problem: `${stateDir} is a copy of another state folder: what runs there is none of this project` };
  return { record, problem: null };
}

function setAside(path: string): string {
  const aside = `${path}.broken-${Date.now()}`;
  renameSync(path, aside);
  return aside;
}

function parse(text: string): StateRecord | null {
  try {
    const record = JSON.parse(text) as StateRecord;
    // Of what is newer nothing else can be asked.
    if (Number.isInteger(record.schema) && record.schema > SCHEMA) return record;
    const whole =
      record.schema === SCHEMA &&
      isFolderIdentity(record.folder) &&
      Array.isArray(record.runs) &&
      record.runs.every(isRunRecord) &&
      (record.schedules === undefined || Array.isArray(record.schedules)) &&
      (record.standings === undefined || areStandings(record.standings)) &&
      (record.handedOver === null || record.standings === undefined || isHandedOver(record.handedOver));
    return whole ? record : null;
  } catch {
    return null;
  }
}

function isFolderIdentity(folder: FolderIdentity): boolean {
  return Number.isInteger(folder?.device) && Number.isInteger(folder.inode);
}

function isRunRecord(run: RunRecord): boolean {
  const { identity } = run;
  return (
    typeof run.service === 'string' &&
    Number.isInteger(run.run) &&
    Number.isInteger(identity?.pid) &&
    typeof identity.bootId === 'string' &&
    typeof run.marker === 'string' &&
    // Else a word in a file could end anybody's processes.
    [run.cgroup?.unified, run.cgroup?.memory].every((folder) => !folder || isGroupOf(run.marker, folder))
  );
}

/** Writes the record if it differs from the last one written; throws what the disk says. */
export class StateFile {
  readonly #stateDir: string;
  readonly #path: string;
  #written = '';

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
    this.#path = join(stateDir, 'state.json');
  }

  write(content: StateContent): void {
    const text = `${JSON.stringify({ schema: SCHEMA, folder: identifyFolder(this.#stateDir), ...content })}\n`;
    if (text === this.#written) return;
    writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
    this.#written = text;
  }
}
