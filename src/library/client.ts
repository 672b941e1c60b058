import type { ControlCommand, ReloadPlan, ServiceSnapshot } from '../control/protocol.ts';
import { selectServices } from '../service-name.ts';
import { type AwaitResult, awaitServices } from './await-services.ts';
import { bringDown } from './bring-down.ts';
import { fail, OmnirouteError, unwrap } from './failure.ts';
import { type Goal, refuseEndlessWait } from './goal.ts';
import { iterate } from './iterate.ts';
import { type LocatedProject, locateProject } from './locate-project.ts';
import { iteratePastEvents } from './past-events.ts';
import type { ProjectClient, WaitOptions } from './project-client.ts';
import type { Surroundings } from './project-files.ts';
import { iterateLogs } from './project-logs.ts';
import { explainUnanswered, giveOrder, type OpenOptions, openProject, type RunningProject } from './running-project.ts';
import { judgeResult, type Steering, steerServices } from './steer.ts';
import { findUnknownName } from './unknown-name.ts';
import { namesWanted } from './wanted.ts';

const QUIET = { onEntry: () => {} };

/** `project`: as it was found first. Where its supervisor listens is looked up for every question: it may be another one by then. */
export function createClient(project: LocatedProject, surroundings: Surroundings, actor: string): ProjectClient {
  const { name, files, stateDir } = project;
  const locate = async () => unwrap(await locateProject({ ...surroundings, files }));
  const open = async ({ usage = false, timeoutMs }: Partial<OpenOptions> = {}) =>
    unwrap(await openProject(await locate(), { usage, actor, timeoutMs }));
  const openWith = async (services: readonly string[], options = {}) => chooseServices(await open(options), services);
  const openOne = async (service: string, options = {}) => requireOne(await openWith([service], options), service);
  const order = async (command: ControlCommand) => unwrap(await giveOrder(await open(), command));
  const steer = async (services: readonly string[], command: ControlCommand, goal: Goal, timeoutMs: number | null = null) =>
    carryOut(await openWith(services), { order: command, goal, timeoutMs });
  return {
    name,
    files,
    stateDir,
    isRunning: async () => {
      const opened = await openProject(await locate(), { usage: false, actor });
      // Somebody there who cannot be understood is an error, not an answer.
      if (opened.ok || opened.code === 'not-running' || opened.code === 'outlived') return opened.ok;
      throw new OmnirouteError(opened);
    },
    project: async (options) => (await open(options)).snapshot,
    services: async (options) => (await open(options)).snapshot.services,
    service: async (service, options) => {
      const { snapshot, names } = await openOne(service, options);
      return snapshot.services.find(({ name: each }) => each === names[0]) as ServiceSnapshot;
    },
    usage: async () => {
      const running = await open();
      const answer = await running.client.usage();
      if (!answer.ok) throw new OmnirouteError(await explainUnanswered(running.project, answer));
      return answer.value;
    },
    why: async (service) => {
      const running = await openOne(service);
      const answer = await running.client.why(running.names[0] as string);
      if (!answer.ok) throw new OmnirouteError(await explainUnanswered(running.project, answer));
      // A reload took it out between the two questions.
      if (answer.value === null) throw new OmnirouteError(fail('unknown-service', `${service} is no longer part of the project`));
      return answer.value;
    },
    logs: (query = {}) => iterateLogs(locate, surroundings.env, query),
    events: ({ afterSeq, follow = true, signal } = {}) => {
      if (!follow) return iteratePastEvents(locate, actor, afterSeq ?? 0, signal);
      return iterate(async (listener, ended) => {
        const running = await open();
        const answer = await running.client.events(afterSeq ?? running.snapshot.seq, listener, ended);
        if (!answer.ok) throw new OmnirouteError(await explainUnanswered(running.project, answer));
      }, signal);
    },
    start: async (services = [], { profiles = [], withDependencies = true, timeoutMs } = {}) => {
      const running = await openWith(services);
      const named = { type: 'start', services, profiles, withDependencies } as const;
      if (services.length > 0) return carryOut(running, { order: named, goal: 'settled', timeoutMs: timeoutMs ?? null });
      await order(named);
      return waitFor(await openWith([]), 'settled', timeoutMs);
    },
    stop: (services, { timeoutMs } = {}) => steer(services, { type: 'stop', services }, 'stopped', timeoutMs),
    restart: (services, { timeoutMs } = {}) => steer(services, { type: 'restart', services }, 'settled', timeoutMs),
    disable: (services, { timeoutMs } = {}) => steer(services, { type: 'disable', services }, 'stopped', timeoutMs),
    enable: async (services) => void (await order({ type: 'enable', services })),
    signal: async (services, signal) => void (await order({ type: 'signal', services, signal })),
    scale: async (counts, { timeoutMs } = {}) => {
      await order({ type: 'scale', counts });
      const running = await open();
      // Those that are too many are on their way out.
      const wanted = running.snapshot.services.filter(({ desired }) => desired === 'up').map((service) => service.name);
      return waitFor({ ...running, names: selectServices(Object.keys(counts), wanted) }, 'settled', timeoutMs);
    },
    reload: async () => {
      const { message, details } = await order({ type: 'reload' });
      return { message, plan: details as ReloadPlan };
    },
    plan: async () => (await order({ type: 'plan' })).details as ReloadPlan,
    wait: async (services = [], { for: goal = 'settled', timeoutMs }: Omit<WaitOptions, 'for'> & { readonly for?: Goal } = {}) =>
      waitFor(await openWith(services, { timeoutMs }), goal, timeoutMs),
    down: async ({ gracePeriodMs = null, force = false } = {}) => {
      const opened = await openProject(await locate(), { usage: false, actor });
      if (!opened.ok && opened.code === 'not-running') return { left: [], stragglers: [] };
      const { left, stragglers } = unwrap(await bringDown(unwrap(opened), { gracePeriodMs, force, ...QUIET }));
      return { left, stragglers };
    },
  };
}

interface ChosenServices extends RunningProject {
  /** What was named, with instances in the place of a name that stands for several. */
  readonly names: readonly string[];
}

async function chooseServices(running: RunningProject, services: readonly string[]): Promise<ChosenServices> {
  const known = running.snapshot.services.map((each) => each.name);
  const names = selectServices(services, known);
  const unknown = await findUnknownName(names, known);
  if (unknown !== null) throw new OmnirouteError(unknown);
  return { ...running, names };
}

function requireOne(chosen: ChosenServices, service: string): ChosenServices {
  if (chosen.names.length === 1) return chosen;
  const message = `${service} stands for ${chosen.names.join(', ')}`;
  throw new OmnirouteError(fail('bad-request', message, { advice: 'name one of them' }));
}

async function carryOut(chosen: ChosenServices, steering: Omit<Steering, 'services'>): Promise<AwaitResult['services']> {
  const result = unwrap(await steerServices(chosen, { ...steering, services: chosen.names }, QUIET));
  return unwrap(judgeResult(result, steering.goal)).services;
}

/** Names none: all that shall run. */
async function waitFor(
  { client, snapshot, names }: ChosenServices,
  goal: Goal,
  timeoutMs: number | undefined,
): Promise<AwaitResult['services']> {
  const endless = refuseEndlessWait(snapshot.services, names, goal);
  if (endless !== null) throw new OmnirouteError(endless);
  const result = await awaitServices({
    client,
    snapshot,
    names: names.length > 0 ? names : namesWanted(snapshot),
    goal,
    forgiving: names.length === 0,
    timeoutMs: timeoutMs ?? null,
    patient: false,
    ...QUIET,
  });
  return unwrap(judgeResult(result, goal)).services;
}
