// Why nobody answers: no supervisor is there, one is there and hangs, or one is gone and its services are not.
import { findForeignOwner } from '../control/foreign-owner.ts';
import { findHolder } from '../daemon/lock.ts';
import { findOutlived, type OutlivedRun } from '../daemon/outlived.ts';
import { type Failure, fail } from './failure.ts';
import type { LocatedProject } from './locate-project.ts';

/** A supervisor of ours lives, and may be about to listen, or to end. */
export function hasHolder({ stateDir }: LocatedProject): boolean {
  const holder = findHolder(stateDir);
  return holder !== null && findForeignOwner(stateDir, holder) === null;
}

/** No answer is not a dead project: null when neither its supervisor nor anything of it runs any more. */
export function explainSilence({ name, stateDir, socket }: LocatedProject): Failure | null {
  // In this order: what a supervisor that has just begun spawned meanwhile is not left over from one that is gone.
  const outlived = findOutlived(stateDir);
  const holder = findHolder(stateDir);
  const owner = findForeignOwner(stateDir, holder);
  if (owner !== null) {
    const message =
      holder === null
        ? `whether ${name} runs cannot be told: its state in ${stateDir} is closed to us, and belongs to ${owner.user}`
        : `the omniroute of ${name} runs as ${holder} for ${owner.user}, and answers that user alone`;
    return fail('unanswered', message, { advice: owner.advice });
  }
  if (holder !== null) {
    const where = socket === null ? 'and where it listens is not known' : `but cannot be reached at ${socket}`;
    const message = `the omniroute of ${name} runs as ${holder}, ${where}`;
    return fail('unanswered', message, { advice: `\`kill ${holder}\` stops everything in order, as Ctrl-C does` });
  }
  if (outlived.length === 0) return null;
  const still = outlived.length === 1 ? '1 service of it still runs' : `${outlived.length} services of it still run`;
  return fail('outlived', `the omniroute of ${name} is gone, but ${still}: ${describeRuns(outlived)}`, {
    advice: '`omniroute up` takes them over as they are, `omniroute down` stops them',
  });
}

/** What to do about a supervisor that is there and says nothing: its services outlive it, and are then stopped in order. */
export function adviseOnHang({ stateDir, socket }: LocatedProject): string {
  const holder = findHolder(stateDir);
  if (holder === null) return `its socket is ${socket}`;
  return `if it hangs: \`kill -9 ${holder}\`; its services run on, \`omniroute up\` takes them over, \`omniroute down\` stops them`;
}

export function describeRuns(runs: readonly OutlivedRun[]): string {
  return runs.map(({ service, pids }) => `${service} (pid ${pids.join(', ')})`).join(', ');
}
