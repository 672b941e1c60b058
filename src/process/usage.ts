// Memory and CPU of whole trees. Descriptors stay open between samples: a read of one costs a fifth of opening the file anew.
import { closeSync, readFileSync } from 'node:fs';
import { identityOf, type ProcessIdentity } from './identity.ts';
import { HAS_PROC, type ProcessRow, TICKS_PER_SECOND } from './process-row.ts';
import { keepStat, readOpenStat, readProcess } from './process-table.ts';
import { ProcessTree } from './process-tree.ts';
import { withSpareDescriptor } from './spare-descriptor.ts';

export interface UsageSample {
  /** Sum over the tree; pages that processes share are counted once for each. */
  readonly rssBytes: number;
  /** Of one core, since a sample before that is old enough to tell; null until there is one. */
  readonly cpuPercent: number | null;
  readonly descendants: ProcessIdentity[];
}

interface Member {
  readonly identity: ProcessIdentity;
  /** Null where there is no /proc. */
  readonly fd: number | null;
  cpuTicks: number;
}

interface Tree {
  /** By pid. */
  readonly members: Map<number, Member>;
  /** Null before the first sample. */
  countedFromMs: number | null;
  /** Spent since then. */
  ticks: number;
  cpuPercent: number | null;
}

/** The kernel counts in ticks of 10 ms: over less than this a share of them is chance, and who samples twice in a row saw 0 or 500. */
const MIN_SHARE_MS = 250;

export class UsageSampler {
  readonly #trees = new Map<number, Tree>();
  readonly #table = new ProcessTree();

  /** One look at the table of processes for all leaders; keyed by the leader's pid. A tree with nothing left in it has no entry. */
  sample(leaders: readonly ProcessIdentity[]): Map<number, UsageSample> {
    const nowMs = performance.now();
    this.#table.refresh(nowMs);
    const samples = new Map<number, UsageSample>();
    for (const leader of leaders) {
      const sample = this.#sampleTree(leader, nowMs);
      if (sample !== null) samples.set(leader.pid, sample);
    }
    return samples;
  }

  /** Shared pages divided among those that share them (Pss); where that cannot be read, resident memory. Slower than `sample`: it walks every mapping. */
  confirmRss(pid: number): number {
    let bytes = 0;
    for (const { identity } of this.#trees.get(pid)?.members.values() ?? []) bytes += readProportionalBytes(identity);
    return bytes;
  }

  /** Closes what is held for this leader. */
  forget(pid: number): void {
    for (const { fd } of this.#trees.get(pid)?.members.values() ?? []) if (fd !== null) closeSync(fd);
    this.#trees.delete(pid);
    if (this.#trees.size === 0) this.#table.clear();
  }

  #sampleTree(leader: ProcessIdentity, nowMs: number): UsageSample | null {
    const tree = this.#trees.get(leader.pid) ?? { members: new Map(), countedFromMs: null, ticks: 0, cpuPercent: null };
    this.#trees.set(leader.pid, tree);
    const known = [...tree.members.values()].map(({ identity }) => identity);
    for (const row of this.#table.treeOf(leader, known)) admit(tree, row);
    let rssBytes = 0;
    for (const [pid, member] of tree.members) {
      const row = member.fd === null ? this.#table.find(member.identity) : readOpenStat(member.fd, pid);
      if (row === null || row.dead) {
        if (member.fd !== null) closeSync(member.fd);
        tree.members.delete(pid);
        continue;
      }
      rssBytes += row.rssBytes;
      tree.ticks += row.cpuTicks - member.cpuTicks;
      member.cpuTicks = row.cpuTicks;
    }
    share(tree, nowMs);
    if (tree.members.size === 0) {
      this.forget(leader.pid);
      return null;
    }
    const descendants = [...tree.members.values()].flatMap(({ identity }) => (identity.pid === leader.pid ? [] : [identity]));
    return { rssBytes, cpuPercent: tree.cpuPercent, descendants };
  }
}

// One that is new has spent all its time since the sample before. Out of descriptors, it has to wait for the next sample.
function admit(tree: Tree, row: ProcessRow): void {
  if (tree.members.has(row.pid)) return;
  const fd = HAS_PROC ? keepStat(row.pid) : null;
  if (HAS_PROC && fd === null) return;
  if (fd !== null && readOpenStat(fd, row.pid)?.startTime !== row.startTime) return closeSync(fd);
  tree.members.set(row.pid, { identity: identityOf(row), fd, cpuTicks: 0 });
}

/** What was spent until the first sample was before anyone counted. */
function share(tree: Tree, nowMs: number): void {
  if (tree.countedFromMs !== null) {
    const elapsedMs = nowMs - tree.countedFromMs;
    if (elapsedMs < MIN_SHARE_MS) return;
    tree.cpuPercent = (tree.ticks / TICKS_PER_SECOND / elapsedMs) * 1000 * 100;
  }
  tree.countedFromMs = nowMs;
  tree.ticks = 0;
}

function readProportionalBytes(identity: ProcessIdentity): number {
  if (HAS_PROC) {
    try {
      const kib = /^Pss:\s+(\d+) kB$/m.exec(withSpareDescriptor(() => readFileSync(`/proc/${identity.pid}/smaps_rollup`, 'latin1')))?.[1];
      if (kib !== undefined) return Number(kib) * 1024;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) throw error;
    }
  }
  return readProcess(identity.pid)?.rssBytes ?? 0;
}
