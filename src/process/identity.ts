// Who a process is. A pid alone proves nothing: numbers are used again.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { HAS_PROC, type ProcessRow } from './process-row.ts';
import { readProcess } from './process-table.ts';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot: /proc/PID/stat, field 22. */
  readonly startTime: number;
  readonly bootId: string;
}

let bootId: string | null = null;

/** Of the running kernel; differs after every boot. */
export function currentBootId(): string {
  bootId ??= readBootId();
  return bootId;
}

/** Null: there is no process of that number. A zombie still has an identity. */
export function identify(pid: number): ProcessIdentity | null {
  const row = readProcess(pid);
  return row === null ? null : identityOf(row);
}

export function identityOf(row: ProcessRow): ProcessIdentity {
  return { pid: row.pid, startTime: row.startTime, bootId: currentBootId() };
}

/** Zombies are dead: nothing of them runs any more, whoever has yet to reap them. */
export function isAlive(identity: ProcessIdentity): boolean {
  const row = findProcess(identity);
  return row !== null && !row.dead;
}

/** What the kernel says of this very process; null: gone, or its number belongs to another now. */
export function findProcess(identity: ProcessIdentity): ProcessRow | null {
  if (identity.bootId !== currentBootId()) return null;
  const row = readProcess(identity.pid);
  return row !== null && row.startTime === identity.startTime ? row : null;
}

function readBootId(): string {
  if (HAS_PROC) return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  const sysctl = spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'latin1' });
  if (sysctl.error !== undefined) throw sysctl.error;
  return sysctl.stdout.trim();
}
