// Runs that state.json does not tell of, because its supervisor was killed the next instant, because the disk was full, because the file
// was lost: their environment tells whose they are, or the control group they are in.
import { pidsIn } from '../process/cgroup.ts';
import { identityOf, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { readMarkers } from '../process/marker.ts';
import type { ProcessRow } from '../process/process-row.ts';
import { ageMs, listProcesses, readProcess } from '../process/process-table.ts';
import type { StopPolicy } from '../spec.ts';
import { groupOf, markerOf, shortName } from './cgroup-name.ts';
import { monotonicMs } from './clock.ts';
import { placeIdOf } from './place-id.ts';
import { findRunCgroup, findRunGroups } from './run-cgroups.ts';
import type { RunRecord } from './state-file.ts';

/** Only for a service that the file no longer knows. */
const STOP: StopPolicy = { signal: 'SIGTERM', gracePeriodMs: 10_000, command: null };

/** What is on record, and what runs though it is not; of a service's runs the latest, for none begins before the one before it is gone. */
export function withUnrecorded(recorded: readonly RunRecord[], stateDir: string): RunRecord[] {
  const latest = new Map<string, RunRecord>();
  for (const record of [...recorded, ...findUnrecorded(recorded, stateDir)]) {
    const known = latest.get(record.service);
    if (known === undefined || isLater(record.identity, known.identity)) latest.set(record.service, record);
  }
  return [...latest.values()];
}

/** What was found runs now; what is on record may be of before a reboot, or over. */
function isLater(found: ProcessIdentity, known: ProcessIdentity): boolean {
  return !isAlive(known) || found.startTime > known.startTime;
}

function findUnrecorded(recorded: readonly RunRecord[], stateDir: string): RunRecord[] {
  const known = new Set(recorded.map(({ marker }) => marker));
  const suffix = `.${placeIdOf(stateDir)}`;
  const rows = listProcesses().filter((row) => !row.dead && !row.kernelThread && row.pid !== process.pid);
  const unrecorded = [...readMarkers(rows)].filter(([marker]) => marker.endsWith(suffix) && !known.has(marker));
  const marked = unrecorded.map(([marker, carriers]) => createRecord(marker, carriers));
  return [...marked, ...findUnmarked([...recorded, ...marked], stateDir)];
}

/** Nobody carries a marker (nginx and postgres write over their environment), but the control group has its name from one. */
function findUnmarked(known: readonly RunRecord[], stateDir: string): RunRecord[] {
  const knownGroups = new Set(known.map(({ marker }) => groupOf(marker)));
  const folders = findRunGroups(stateDir).filter((folder) => !knownGroups.has(shortName(folder)));
  return folders.flatMap((folder) => {
    const marker = markerOf(folder);
    const rows = pidsIn(folder).flatMap((pid) => readProcess(pid) ?? []);
    return marker === null || rows.length === 0 ? [] : [createRecord(marker, rows)];
  });
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
    cgroup: findRunCgroup(marker, leader.pid),
    startedAtMs: Math.floor(monotonicMs() - ageMs(leader)),
    ready: false,
    restarts: 0,
    outputs: {},
    fingerprint: null,
    stop: STOP,
  };
}
