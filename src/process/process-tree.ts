// Who descends from whom, kept up to date at the price of one readdir: what a process is born as is read once.
import type { ProcessIdentity } from './identity.ts';
import { HAS_PROC, type ProcessRow } from './process-row.ts';
import { listPids, listProcesses, readProcess } from './process-table.ts';

/** Within this time no number is used again: the system hands out all others first. What is older is read anew. */
const MAX_AGE_MS = 5_000;

export class ProcessTree {
  /** As first seen: the parent noted then stays right when that parent has died and another has adopted the child. */
  #rows = new Map<number, ProcessRow>();
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  #children = new Map<number, ProcessRow[]>();
  #sessions = new Map<number, ProcessRow[]>();

  /** `nowMs` is on the monotonic clock. */
  refresh(nowMs: number): void {
    const before = nowMs - this.#refreshedAtMs < MAX_AGE_MS ? this.#rows : new Map<number, ProcessRow>();
    this.clear();
    this.#refreshedAtMs = nowMs;
    if (!HAS_PROC) {
      for (const row of listProcesses()) this.#add(row);
      return;
    }
    for (const pid of listPids()) {
      const row = before.get(pid) ?? readProcess(pid);
      if (row !== null) this.#add(row);
    }
  }

  /** The leader, its session, and the descendants of both and of those known before. */
  treeOf(leader: ProcessIdentity, known: Iterable<ProcessIdentity>): Set<ProcessRow> {
    const first = this.find(leader);
    const members = new Set<ProcessRow>();
    if (first !== null) {
      members.add(first);
      for (const row of this.#sessions.get(leader.pid) ?? []) members.add(row);
    }
    for (const identity of known) {
      const row = this.find(identity);
      if (row !== null) members.add(row);
    }
    // A set grows while it is walked. A child is never older than its parent: a number used again adopts nobody.
    for (const member of members) {
      for (const child of this.#children.get(member.pid) ?? []) if (child.startTime >= member.startTime) members.add(child);
    }
    return members;
  }

  find(identity: ProcessIdentity): ProcessRow | null {
    const row = this.#rows.get(identity.pid);
    return row?.startTime === identity.startTime ? row : null;
  }

  clear(): void {
    this.#rows = new Map();
    this.#children = new Map();
    this.#sessions = new Map();
  }

  #add(row: ProcessRow): void {
    this.#rows.set(row.pid, row);
    if (row.kernelThread) return;
    append(this.#children, row.parent, row);
    append(this.#sessions, row.session, row);
  }
}

function append(groups: Map<number, ProcessRow[]>, key: number, row: ProcessRow): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [row]);
  else group.push(row);
}
