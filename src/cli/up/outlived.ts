import { findOutlived, type OutlivedRun } from '../../daemon/outlived.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import type { FoundProject } from '../find-project.ts';
import { count } from '../render/humanize.ts';

/** A dead supervisor is not a dead project: null when nothing of it runs any more. */
export function refuseOutlived({ name, stateDir }: FoundProject): Refusal | null {
  const outlived = findOutlived(stateDir);
  if (outlived.length === 0) return null;
  const message = `the omniroute of ${name} is gone, but ${count(outlived.length, 'service')} of it still ${outlived.length === 1 ? 'runs' : 'run'}: ${describeRuns(outlived)}`;
  return refuse(EXIT.notRunning, message, '`omniroute up` takes them over as they are, `omniroute down` stops them');
}

export function describeRuns(runs: readonly OutlivedRun[]): string {
  return runs.map(({ service, pids }) => `${service} (pid ${pids.join(', ')})`).join(', ');
}
