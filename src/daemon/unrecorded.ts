// Runs that a killed supervisor started in its last instants, before state.json told of them: their environment does.
import { identityOf } from '../process/identity.ts';
import { readMarkers } from '../process/marker.ts';
import { type ProcessRow, TICKS_PER_SECOND } from '../process/process-row.ts';
import { listProcesses } from '../process/process-table.ts';
import type { StopPolicy } from '../spec.ts';
import type { ReadState, RunRecord, StateRecord } from './state-file.ts';

/** Only for a service that the file no longer knows. */
const STOP: StopPolicy = { signal: 'SIGTERM', gracePeriodMs: 10_000, command: null };

export function withUnrecorded(read: ReadState): ReadState {
  const { record } = read;
  return record === null ? read : { ...read, record: { ...record, runs: [...record.runs, ...findUnrecorded(record)] } };
}

export function findUnrecorded({ nonce, runs }: StateRecord): RunRecord[] {
  // Whoever ended in order has left nothing behind.
  if (nonce === null) return [];
  const recorded = new Set(runs.map(({ marker }) => marker));
  const rows = listProcesses().filter((row) => !row.dead && !row.kernelThread && row.pid !== process.pid);
  const unrecorded = [...readMarkers(rows)].filter(([marker]) => marker.endsWith(`/${nonce}`) && !recorded.has(marker));
  return unrecorded.map(([marker, carriers]) => createRecord(marker, carriers));
}

function createRecord(marker: string, carriers: readonly ProcessRow[]): RunRecord {
  const oldestFirst = carriers.toSorted((a, b) => a.startTime - b.startTime || a.pid - b.pid);
  const leader = (oldestFirst.find(({ pid, session }) => pid === session) ?? oldestFirst[0]) as ProcessRow;
  const words = marker.split('/');
  return {
    service: words.slice(1, -2).join('/'),
    run: Number(words.at(-2)),
    identity: identityOf(leader),
    marker,
    startedAtMs: Math.floor((leader.startTime * 1000) / TICKS_PER_SECOND),
    ready: false,
    restarts: 0,
    outputs: {},
    fingerprint: null,
    stop: STOP,
  };
}
