import type { HandOver, ProjectSnapshot, ReloadPlan } from '../../control/protocol.ts';
import { untilGone } from '../../library/process-alive.ts';
import type { RunningProject } from '../../library/running-project.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { loadNamedProject } from '../load-project.ts';
import { count } from '../render/humanize.ts';
import { openRunningProject, submitOrder } from '../running.ts';
import { connectTo } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { announceToken } from './listen-token.ts';
import { spawnSupervisor } from './spawn-supervisor.ts';
import type { UpRequest } from './up-request.ts';

const GONE_WITHIN_MS = 10_000;

/** The omniroute that runs makes room for the one of this command, which takes over every process as it is. */
export async function upgrade(invocation: Invocation): Promise<number | Refusal> {
  const running = await openRunningProject(invocation);
  if (!running.ok) return running;
  // A file that this version does not understand must be found before there is nobody left to supervise.
  const loaded = loadNamedProject(invocation);
  if (!loaded.ok) return loaded;
  const planned = await submitOrder(invocation, running, { type: 'plan' });
  if (!planned.ok) return planned;
  const pending = refusePending(running.snapshot, planned.details as ReloadPlan);
  if (pending !== null) return pending;
  const accepted = await submitOrder(invocation, running, { type: 'hand-over' });
  if (!accepted.ok) return accepted;
  if (!(await untilGone(running.snapshot.pid, GONE_WITHIN_MS)))
    return refuse(EXIT.serviceFailed, `the omniroute that runs, ${running.snapshot.pid}, was asked to make room and is still there`);
  const next = await startNext(invocation, running, accepted.details as HandOver);
  if (next.ok) return report(invocation, running.snapshot, next.snapshot);
  return { ...next, hint: 'services run on unsupervised: `omniroute up -d` takes them over' };
}

/** A file that was rolled back, or not applied yet, is what the next omniroute would run: processes of another one would not be kept. */
function refusePending({ services }: ProjectSnapshot, plan: ReloadPlan): Refusal | null {
  const isAlive = (name: string): boolean => services.some((each) => each.name === name && each.pid !== null);
  const changed = plan.services.filter((change) => change.class === 'restart' && isAlive(change.service)).map(({ service }) => service);
  const what = [...plan.refused, ...changed];
  if (what.length === 0) return null;
  const message = `the file is not what runs: ${what.join(', ')} would not be kept as it is; nothing was touched`;
  return refuse(EXIT.serviceFailed, message, '`omniroute plan` shows the changes: take them back, or apply them with `omniroute reload`');
}

async function startNext(invocation: Invocation, { project }: RunningProject, handOver: HandOver): Promise<RunningProject | Refusal> {
  const { profiles, recovery, maxRestarts, watch } = handOver;
  const request: UpRequest = {
    files: project.files,
    services: [],
    profiles,
    withDependencies: true,
    takesOver: 'to-go-on',
    recovery,
    maxRestarts,
    watch,
    listen: handOver.listen,
  };
  const { started: starting, listen } = spawnSupervisor(request);
  const started = await starting;
  if (!started.ok) return started;
  const { report: booted, release } = started;
  release();
  if (booted.type === 'locked')
    return refuse(EXIT.lockedByAnother, `another omniroute, ${booted.holder.pid}, has just taken the project over`);
  if (booted.type !== 'started') return refuseBoot(invocation, booted);
  announceToken(invocation, listen);
  return connectTo(request, { socket: booted.socket, pid: started.pid });
}

/** What ran before and does not now, is another process, or is about to be one (the environment that the file refers to is another), is no upgrade. */
function report(invocation: Invocation, before: ProjectSnapshot, after: ProjectSnapshot): number {
  const alive = before.services.filter(({ pid }) => pid !== null);
  const pidAfter = new Map(after.services.map(({ name, pid, state }) => [name, state === 'stopping' ? null : pid]));
  const changed = alive.filter(({ name, pid }) => pidAfter.get(name) !== pid).map(({ name }) => name);
  const ok = changed.length === 0;
  const kept = alive.length - changed.length;
  if (invocation.json) {
    const of = ({ pid, version }: ProjectSnapshot) => ({ pid, version });
    printJson(invocation, { ok, before: of(before), after: of(after), kept, changed });
  }
  const text = `omniroute ${before.version} (pid ${before.pid}) made room for ${after.version} (pid ${after.pid})`;
  note(invocation, `${text}: ${count(kept, 'service')} kept ${kept === 1 ? 'its process' : 'their processes'}`);
  if (!ok) invocation.err.write(`${invocation.err.paint.red('not kept:')} ${changed.join(', ')}\n`);
  return ok ? EXIT.done : EXIT.serviceFailed;
}
