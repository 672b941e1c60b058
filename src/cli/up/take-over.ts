// `down` of a project whose supervisor has died: a new one takes over what runs, and is then told to stop it in order.
import { findOutlived, killOutlived, type OutlivedRun } from '../../daemon/outlived.ts';
import { describeRuns } from '../../library/absence.ts';
import type { LocatedProject } from '../../library/locate-project.ts';
import type { RunningProject } from '../../library/running-project.ts';
import { failUnusableState } from '../../library/unusable-state.ts';
import { EXIT, type Refusal, refuse, refuseFailure } from '../exit-code.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { count } from '../render/humanize.ts';
import { connectTo } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { spawnSupervisor } from './spawn-supervisor.ts';
import type { UpRequest } from './up-request.ts';

/** Null: nothing of the project runs. A number: it was killed at once, as asked, and this is the exit code. */
export async function takeOver(
  invocation: Invocation,
  project: LocatedProject,
  { force }: { readonly force: boolean },
): Promise<RunningProject | Refusal | number | null> {
  const outlived = findOutlived(project.stateDir);
  if (outlived.length === 0) return null;
  if (force) return killNow(invocation, project, outlived);
  note(invocation, `the omniroute of ${project.name} is gone, but left ${describeRuns(outlived)}: taking over to stop in order`);
  const request: UpRequest = {
    files: project.files,
    services: [],
    profiles: [],
    withDependencies: false,
    takesOver: 'to-stop',
    recovery: false,
    maxRestarts: null,
    watch: false,
    listen: null,
  };
  const started = await spawnSupervisor(request).started;
  if (!started.ok) return started;
  const { report, release } = started;
  release();
  if (report.type === 'started' || report.type === 'locked') {
    const { pid } = report.type === 'started' ? started : report.holder;
    return connectTo(request, { socket: report.socket, pid });
  }
  const refusal = refuseBoot(invocation, report);
  return {
    ...refusal,
    hint: 'its services run on; once the file is right `omniroute down` stops them, `omniroute down --force` kills them now',
  };
}

/** No supervisor, no order, and hooks only at the next `up`. */
async function killNow(invocation: Invocation, project: LocatedProject, outlived: readonly OutlivedRun[]): Promise<Refusal | number> {
  const unusable = failUnusableState(project);
  if (unusable !== null) return refuseFailure(unusable);
  const left = await killOutlived(project.stateDir);
  if (left === null) return refuse(EXIT.lockedByAnother, `another omniroute is just taking over ${project.name}`, 'try again');
  if (invocation.json) printJson(invocation, { ok: left.length === 0, wasRunning: false, left, stragglers: [] });
  for (const run of left) invocation.err.write(`${invocation.err.paint.red('still there:')} ${describeRuns([run])}\n`);
  if (left.length > 0) return EXIT.serviceFailed;
  note(invocation, `${project.name} is down: ${count(outlived.length, 'service')} killed, nothing left`);
  return EXIT.done;
}
