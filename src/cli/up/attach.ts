// `up` where a supervisor already runs: it is asked to apply the file and to start what is wanted.
import { dirname } from 'node:path';
import { awaitServices } from '../../library/await-services.ts';
import { locateProject } from '../../library/locate-project.ts';
import { refuseOtherProject } from '../../library/other-project.ts';
import { isProcessAlive } from '../../library/process-alive.ts';
import { askUntilListening, openProject, type RunningProject } from '../../library/running-project.ts';
import { patienceOf } from '../../library/steer.ts';
import { namesWanted } from '../../library/wanted.ts';
import { selectServices } from '../../service-name.ts';
import { EXIT, type Refusal, refuse, refuseFailure } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import { openLiveView } from '../live-view.ts';
import { reportOutcome } from '../report-outcome.ts';
import { submitOrder } from '../running.ts';
import { openWaitView } from '../wait-view.ts';
import { warnOfStartOptions } from './start-options.ts';
import type { UpRequest } from './up-request.ts';

/** A supervisor that was just started, or that was found. */
export interface Reachable {
  readonly socket: string;
  /** 0: nobody knows, it is just starting. */
  readonly pid: number;
}

function describeHolder({ pid }: Reachable): string {
  return pid === 0 ? 'already starting' : `already running as ${pid}`;
}

export async function connectTo(request: UpRequest, { socket, pid }: Reachable): Promise<RunningProject | Refusal> {
  const isThere = (): boolean => pid === 0 || isProcessAlive(pid);
  const { client, answer } = await askUntilListening({
    findSocket: () => socket,
    isWorthWaiting: ({ reason }) => reason !== 'version-mismatch' && isThere(),
    usage: false,
  });
  if (answer.ok) {
    const { name, stateDir } = answer.value;
    return { ok: true, project: { ok: true, files: request.files, name, stateDir, socket }, client, snapshot: answer.value };
  }
  if (!isThere()) return explainEnd(request);
  return refuse(EXIT.lockedByAnother, `another omniroute holds this project and does not answer as it should: ${answer.message}`);
}

/** It was killed, or told to end; another one may have come. */
async function explainEnd({ files }: UpRequest): Promise<RunningProject | Refusal> {
  const located = await locateProject({ files, env: process.env, cwd: process.cwd() });
  const now = located.ok ? await openProject(located, { usage: false }) : located;
  return now.ok ? now : refuse(EXIT.serviceFailed, `omniroute ended before this was done: ${now.message}`, now.advice);
}

export async function attachDetached(
  invocation: Invocation,
  request: UpRequest,
  holder: Reachable,
  options: { readonly timeoutMs: number | null },
): Promise<number | Refusal> {
  const running = await startWanted(invocation, request, holder, 'starting what is wanted');
  if (!running.ok) return running;
  const all = namesWanted(running.snapshot);
  return waitUntilUp(invocation, running, request.services.length > 0 ? selectServices(request.services, all) : all, options);
}

/** Shows logs and events until the supervisor ends; Ctrl-C ends this process alone. */
export async function attachForeground(
  invocation: Invocation,
  request: UpRequest,
  holder: Reachable,
  options: { readonly showsLogs: boolean; readonly onReachable: (socket: string, stateDir: string) => void },
): Promise<number | Refusal> {
  const running = await startWanted(invocation, request, holder, 'showing its logs; Ctrl-C ends only the showing');
  if (!running.ok) return running;
  options.onReachable(holder.socket, running.snapshot.stateDir);
  const view = openLiveView(invocation, { json: invocation.json });
  const ended = new AbortController();
  const folders = new Map(running.snapshot.services.map((service) => [service.name, dirname(service.logFile)]));
  const query = { sinceMs: Date.now(), untilMs: null, lastLines: null, grep: null, stream: 'any' as const, run: null };
  const { followLogs } = await import('../../logs/follow.ts');
  const logs = options.showsLogs ? followLogs(folders, query, view.line, ended.signal) : Promise.resolve();
  await running.client.events(running.snapshot.seq, view.entry, ended.signal);
  ended.abort();
  await logs;
  view.close();
  note(invocation, 'omniroute has ended');
  return EXIT.done;
}

/** Has the supervisor that is there apply the file and start what is wanted; `then`: what this command does beside that, in words. */
export async function startWanted(
  invocation: Invocation,
  request: UpRequest,
  holder: Reachable,
  then: string,
): Promise<RunningProject | Refusal> {
  const running = await connectTo(request, holder);
  if (!running.ok) return running;
  const other = refuseOtherProject(running.project, running.snapshot, 'every');
  if (other !== null) return refuseFailure(other);
  // Not before: of the project of another file nothing is applied.
  note(invocation, `${describeHolder(holder)}: applying the file and ${then}`);
  warnOfStartOptions(invocation, request);
  const reloaded = await submitOrder(invocation, running, { type: 'reload' });
  if (!reloaded.ok) return reloaded;
  const { services, profiles, withDependencies } = request;
  const started = await submitOrder(invocation, running, { type: 'start', services, profiles, withDependencies });
  if (!started.ok) return started;
  return connectTo(request, holder);
}

/** Waits, tells how it ended, and returns the exit code. */
export async function waitUntilUp(
  invocation: Invocation,
  running: RunningProject,
  names: readonly string[],
  options: { readonly timeoutMs: number | null },
): Promise<number> {
  const view = openWaitView(invocation, null);
  const result = await awaitServices({
    client: running.client,
    snapshot: running.snapshot,
    names,
    goal: 'settled',
    forgiving: true,
    ...patienceOf(options.timeoutMs),
    ...view,
  });
  view.close();
  return reportOutcome(invocation, running, result, 'settled');
}
