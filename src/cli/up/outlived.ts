import { findHolder } from '../../daemon/lock.ts';
import { findOutlived, type OutlivedRun } from '../../daemon/outlived.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import type { FoundProject } from '../find-project.ts';
import { count } from '../render/humanize.ts';

/** A supervisor lives, and may be about to listen, or to end. */
export function hasHolder({ stateDir }: FoundProject): boolean {
  return findHolder(stateDir) !== null;
}

/** No answer is not a dead project: null when neither its supervisor nor anything of it runs any more. */
export function refuseOutlived({ name, stateDir, socket }: FoundProject): Refusal | null {
  // In this order: what a supervisor that has just begun spawned meanwhile is not left over from one that is gone.
  const outlived = findOutlived(stateDir);
  const holder = findHolder(stateDir);
  if (holder !== null) {
    const message = `the omniroute of ${name} runs as ${holder}, but cannot be reached at ${socket}`;
    return refuse(EXIT.serviceFailed, message, `\`kill ${holder}\` stops everything in order, as Ctrl-C does`);
  }
  if (outlived.length === 0) return null;
  const message = `the omniroute of ${name} is gone, but ${count(outlived.length, 'service')} of it still ${outlived.length === 1 ? 'runs' : 'run'}: ${describeRuns(outlived)}`;
  return refuse(EXIT.notRunning, message, '`omniroute up` takes them over as they are, `omniroute down` stops them');
}

/** What to do about a supervisor that is there and says nothing: its services outlive it, and are then stopped in order. */
export function adviseOnHang({ stateDir, socket }: FoundProject): string {
  const holder = findHolder(stateDir);
  if (holder === null) return `its socket is ${socket}`;
  return `if it hangs: \`kill -9 ${holder}\`; its services run on, \`omniroute up\` takes them over, \`omniroute down\` stops them`;
}

export function describeRuns(runs: readonly OutlivedRun[]): string {
  return runs.map(({ service, pids }) => `${service} (pid ${pids.join(', ')})`).join(', ');
}
