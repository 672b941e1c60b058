import type { RunCgroup } from '../process/cgroup.ts';
import type { ProcessIdentity } from '../process/identity.ts';
import type { RunScope } from '../process/stragglers.ts';

/** A process of ours, and how it is recognised. */
export interface LiveRun {
  readonly service: string;
  readonly run: number;
  readonly identity: ProcessIdentity;
  /** The value of OMNIROUTE_RUN in its environment and in that of its descendants. */
  readonly marker: string;
  readonly startedAtMs: number;
  readonly fingerprint: string | null;
  /** Null: it has none of its own. */
  cgroup: RunCgroup | null;
  /** In its control group, when it was looked at last. */
  oomKills: number;
  /** Descendants that the sampler has met. */
  seen: readonly ProcessIdentity[];
  /** On the clock of its identity; null while it lives, or where nobody saw it end. */
  readonly leaderExitTicks: number | null;
}

export function scopeOf({ identity, marker, cgroup, seen, leaderExitTicks }: LiveRun): RunScope {
  return { leader: identity, marker, cgroup, seen, leaderExitTicks };
}
