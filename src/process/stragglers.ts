// Everything that belongs to a run, wherever it went: its control group, its group, its session, what carries its marker, what was seen before, and all their
// descendants. One look at /proc answers for any number of runs.
import { pidsOf, type RunCgroup } from './cgroup.ts';
import { currentBootId, identityOf, type ProcessIdentity } from './identity.ts';
import { readMarkers } from './marker.ts';
import type { ProcessRow } from './process-row.ts';
import { listProcesses, readProcess } from './process-table.ts';

/** A run, and how its processes are recognised. */
export interface RunScope {
  readonly leader: ProcessIdentity;
  /** The value of OMNIROUTE_RUN in its environment. */
  readonly marker: string;
  /** Descendants met while they could still be traced to it. */
  readonly seen: readonly ProcessIdentity[];
  /**
   * When the leader was seen to end, as `onExit` tells. Whatever is older and in its group is then ours even where no marker
   * can be read (nginx and postgres write over their environment): the number cannot have been given away.
   */
  readonly leaderExitTicks?: number | null;
  /** The control group it was put into: whoever is in it is the run's. */
  readonly cgroup?: RunCgroup | null;
}

/** Per scope: what runs and belongs to it, the leader included; no zombies. */
export function findMembers(scopes: readonly RunScope[]): ProcessIdentity[][] {
  return findMemberRows(scopes).map((rows) => rows.map(identityOf));
}

export function findMemberRows(scopes: readonly RunScope[]): ProcessRow[][] {
  if (scopes.length === 0) return [];
  const snapshot = takeSnapshot(scopes);
  return scopes.map((scope) => (scope.leader.bootId === currentBootId() ? membersOf(scope, snapshot) : []));
}

interface Snapshot {
  /** All processes, zombies too. */
  readonly byPid: ReadonlyMap<number, ProcessRow>;
  /** Those that can belong to a run; all that follows is of them alone. */
  readonly candidates: ReadonlySet<ProcessRow>;
  readonly byMarker: ReadonlyMap<string, readonly ProcessRow[]>;
  readonly byParent: ReadonlyMap<number, readonly ProcessRow[]>;
  readonly byGroup: ReadonlyMap<number, readonly ProcessRow[]>;
  readonly bySession: ReadonlyMap<number, readonly ProcessRow[]>;
}

function takeSnapshot(scopes: readonly RunScope[]): Snapshot {
  const processes = listProcesses();
  const byPid = new Map(processes.map((row) => [row.pid, row]));
  // Nothing is older than the leader it descends from.
  const oldest = Math.min(...scopes.map(({ leader }) => leader.startTime));
  const candidates = processes.filter((row) => row.startTime >= oldest && !row.dead && !row.kernelThread && row.pid !== process.pid);
  const held = new Set(scopes.filter(({ leader }) => isSame(byPid.get(leader.pid), leader)).map(({ leader }) => leader.pid));
  const unexplained = candidates.filter((row) => !held.has(row.group) && !held.has(row.session));
  return {
    byPid,
    candidates: new Set(candidates),
    byMarker: readMarkers(unexplained),
    byParent: groupRows(candidates, (row) => row.parent),
    byGroup: groupRows(candidates, (row) => row.group),
    bySession: groupRows(candidates, (row) => row.session),
  };
}

function membersOf(scope: RunScope, { byPid, candidates, byMarker, byParent, byGroup, bySession }: Snapshot): ProcessRow[] {
  const { leader, marker, seen, cgroup } = scope;
  const marked = byMarker.get(marker) ?? [];
  const met = seen.flatMap((identity) => {
    const row = byPid.get(identity.pid);
    return isSame(row, identity) && candidates.has(row) ? [row] : [];
  });
  const numbered = [...(byGroup.get(leader.pid) ?? []), ...(bySession.get(leader.pid) ?? [])];
  const proven = new Set([...marked, ...met, ...findContained(cgroup, byPid)]);
  const members = new Set(holdsNumber(scope, byPid.get(leader.pid), numbered, proven) ? [...numbered, ...proven] : proven);
  // A set grows while it is walked: children of children are met as well.
  for (const member of members) for (const child of byParent.get(member.pid) ?? []) members.add(child);
  return [...members];
}

// Asked after the table was read, so that what was forked meanwhile is found as well.
function findContained(cgroup: RunScope['cgroup'], byPid: Snapshot['byPid']): ProcessRow[] {
  const rows = cgroup ? pidsOf(cgroup).map((pid) => byPid.get(pid) ?? readProcess(pid) ?? hiddenProcess(pid)) : [];
  return rows.filter((row): row is ProcessRow => row !== null && !row.dead && row.pid !== process.pid);
}

/** Another user's, where /proc is mounted with hidepid: nothing is known of it but that it is there. */
function hiddenProcess(pid: number): ProcessRow | null {
  const unknown = { parent: 0, group: 0, session: 0, startTime: Number.NaN, cpuTicks: 0, rssBytes: 0 };
  return exists(pid) ? { pid, ...unknown, dead: false, kernelThread: false } : null;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// The kernel does not give a number away while a group or a session still has it. So these groups are the run's own when the leader
// is there, even as a zombie; or, with nobody of that number, when one of them is proven to be ours or was there before the leader ended.
function holdsNumber(
  scope: RunScope,
  holder: ProcessRow | undefined,
  numbered: readonly ProcessRow[],
  proven: ReadonlySet<ProcessRow>,
): boolean {
  // Number 0 is every group that this namespace cannot see.
  if (scope.leader.pid <= 1) return false;
  if (holder !== undefined) return isSame(holder, scope.leader);
  const exitTicks = scope.leaderExitTicks ?? Number.NEGATIVE_INFINITY;
  return numbered.some((row) => proven.has(row) || row.startTime <= exitTicks);
}

function isSame(row: ProcessRow | undefined, identity: ProcessIdentity): row is ProcessRow {
  return row !== undefined && row.startTime === identity.startTime && identity.bootId === currentBootId();
}

function groupRows(rows: readonly ProcessRow[], keyOf: (row: ProcessRow) => number): Map<number, ProcessRow[]> {
  const groups = new Map<number, ProcessRow[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
