// Hot reload as a transaction: apply what differs, watch it for the settle time, put the last good generation back if it fails.
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import { describeBlockers } from './blocker-words.ts';
import type { Cause } from './cause.ts';
import type { RequestEvent } from './event.ts';
import { disable } from './finish.ts';
import { missingOccasion, occasionOf, planOccasion } from './occasion.ts';
import { planReload, type ServiceChange, startsWhenAdded } from './reload-plan.ts';
import { isTaken, startAfresh, want } from './start.ts';
import { createService, hasRun, isLive, type ServiceState, type Trial } from './state.ts';
import type { CrashNote, Transition } from './transition.ts';
import { dropNeedlessTurn, restartInTurn } from './turn.ts';

/** Live changes that can make a healthy run fail, and so stand trial too. */
const RISKY_FIELDS: ReadonlySet<string> = new Set(['memory', 'liveness', 'readiness']);

/** Applies a validated project; the caller has refused what no reload can change (name, state_dir). */
export function handleConfigLoaded(t: Transition, event: Extract<RequestEvent, { type: 'config-loaded' }>): void {
  const { project, profiles, lastRuns = {} } = event;
  t.setProfiles(profiles);
  t.noteLastRuns(lastRuns);
  const previous = lastGood(t);
  const changes = changesTo(t, project);
  const { settleMs, onFailure } = project.reload;
  const onTrial = Object.fromEntries(changes.filter(standsTrial).map((change) => [change.service, change.fields]));
  const hasTrial = onFailure === 'rollback' && event.onTrial !== false && Object.keys(onTrial).length > 0;
  const trial: Trial | null = hasTrial
    ? { previous, changed: onTrial, unwanted: unwantedNow(t), settleMs, dueAtMs: t.nowMs + settleMs }
    : null;
  t.setGeneration(project, trial);
  t.announce(null, 'reloaded', `generation ${t.project.generation}: ${describeChanges(changes)}`);
  applyChanges(t, project, changes, []);
}

/** Whoever asks for a stop during a trial means it, also where the generation before would bring the service back. */
export function keepDown(t: Transition, names: readonly string[]): void {
  const { trial } = t.project;
  if (trial) t.setTrial({ ...trial, unwanted: [...new Set([...trial.unwanted, ...names])] });
}

function unwantedNow(t: Transition): string[] {
  const down = [...t.services.values()].filter(({ desired, removed }) => desired.type === 'down' && !removed).map(({ name }) => name);
  return [...new Set([...(t.project.trial?.unwanted ?? []), ...down])];
}

/** The generation to go back to: the present one, unless it is itself on trial and has yet to show that its changes work. */
function lastGood(t: Transition): ProjectSpec {
  const { trial, project } = t.project;
  if (trial === null) return project;
  const proven = Object.keys(trial.changed).every((name) => isUp(t.services.get(name)));
  return proven ? project : trial.previous;
}

function isUp(service: ServiceState | undefined): boolean {
  if (service === undefined) return true;
  if (['ready', 'completed', 'stopped'].includes(service.phase.type)) return service.turn === null;
  const { phase } = service;
  if (phase.type !== 'waiting' || missingOccasion(service).length === 0) return false;
  return phase.addressCheck !== 'checking' && !phase.blockers.some(isTaken);
}

function standsTrial(change: ServiceChange): boolean {
  return (
    change.class === 'restart' ||
    change.class === 'start' ||
    (change.class === 'live' && change.fields.some((field) => RISKY_FIELDS.has(field)))
  );
}

function changesTo(t: Transition, project: ProjectSpec): ServiceChange[] {
  return planReload({ ...t.project, services: t.services }, project).services.filter((change) => change.class !== 'unchanged');
}

/** `unwanted`: not started although they are added. */
function applyChanges(t: Transition, project: ProjectSpec, changes: readonly ServiceChange[], unwanted: readonly string[]): void {
  for (const change of changes) {
    const spec = project.services[change.service];
    if (!spec) removeService(t, change.service);
    else if (change.class === 'start' || change.class === 'add') addService(t, spec, !unwanted.includes(spec.name));
    else changeService(t, spec, change);
  }
}

function removeService(t: Transition, name: string): void {
  t.update(name, { removed: true, desired: { type: 'down', cause: reloadCause(['removed']) } });
}

function addService(t: Transition, spec: ServiceSpec, wanted: boolean): void {
  const old = t.services.get(spec.name);
  // Added again before the old one was gone: the same service, wanted again.
  if (old) t.put({ ...old, spec, removed: false, disabledBy: spec.enabled ? null : 'the file', restartWanted: hasRun(old.phase) });
  else t.put(createService(spec, t.nowMs, t.project.lastRuns[spec.name] ?? 0));
  if (!wanted || !startsWhenAdded(spec, { ...t.project, services: t.services })) return;
  const twin = [...t.services.values()].find(
    (other) => spec.instance !== null && other.name !== spec.name && other.spec.instance?.of === spec.instance.of,
  );
  want(t, spec.name, { ignoresDependencies: twin?.desired.type === 'up' && twin.ignoresDependencies, again: false });
}

function changeService(t: Transition, spec: ServiceSpec, { service: name, class: kind, fields }: ServiceChange): void {
  // Another program: what the old one did wrong no longer counts.
  const before = t.update(name, kind === 'restart' ? { spec, attempts: 0, crashes: [] } : { spec });
  const { phase } = before;
  if (fields.includes('watch')) t.order({ type: 'watch-paths', service: name, watch: before.desired.type === 'up' ? spec.watch : null });
  if (fields.includes('enabled')) applyEnabled(t, name, spec);
  if (before.desired.type === 'down') return;
  if (fields.includes('schedule') || fields.includes('start')) awaitAnother(t, name);
  // Other addresses than those that are held, or were taken.
  if (phase.type === 'waiting' && fields.includes('sockets')) t.enter(name, { ...phase, blockers: [], addressCheck: null });
  if (kind === 'restart' && dropNeedlessTurn(t, name, spec)) return applyLive(t, name, spec);
  if (kind === 'restart' && hasRun(phase)) return restartWith(t, before, fields);
  if (phase.type === 'failed' || phase.type === 'backoff' || (phase.type === 'completed' && kind === 'restart'))
    return startAfresh(t, name);
  if (isLive(phase)) applyLive(t, name, spec);
}

function restartWith(t: Transition, service: ServiceState, fields: readonly string[]): void {
  if (service.phase.type === 'stopping') t.update(service.name, { restartWanted: true });
  else restartInTurn(t, service.name, reloadCause(fields));
}

/** The process goes on under its new rules; probes that are new start now. */
function applyLive(t: Transition, name: string, spec: ServiceSpec): void {
  const { phase } = t.get(name);
  if (!isLive(phase)) return;
  const { readiness, liveness, memory } = spec;
  const limited = memory.warnBytes !== null || memory.softBytes !== null || memory.hardBytes !== null;
  const probed = readiness !== null && readiness.probes.length > 0 && phase.run.pid !== null;
  const run = {
    ...phase.run,
    spec: { ...spec, command: phase.run.spec.command, env: phase.run.spec.env },
    readiness: { ...phase.run.readiness, dueAtMs: probed ? t.nowMs : null },
    liveness: { ...phase.run.liveness, dueAtMs: liveness && phase.type !== 'starting' ? t.nowMs + liveness.periodMs : null },
    memory: { ...phase.run.memory, dueAtMs: limited && phase.run.pid !== null ? t.nowMs : null, overSoft: [], warned: false },
  };
  t.enter(name, { ...phase, run });
  t.order({ type: 'update-run', service: name, run: run.number, spec: run.spec });
}

/** It waits for another occasion now; a run under way goes on. */
function awaitAnother(t: Transition, name: string): void {
  const { spec, phase } = t.get(name);
  const due = occasionOf(spec) !== null && (hasRun(phase) || phase.type === 'backoff');
  t.update(name, { nextRunAtMs: null, queued: false, due });
  planOccasion(t, name);
}

function applyEnabled(t: Transition, name: string, spec: ServiceSpec): void {
  if (spec.enabled) t.update(name, { disabledBy: null });
  else disable(t, name, 'the file');
}

function reloadCause(fields: readonly string[]): Cause {
  return { type: 'config-reload', fields };
}

/** A crash of a service that a generation on trial has changed ends the trial at once. */
export function takeBackIfCrashed(t: Transition): void {
  const { trial } = t.project;
  const failed = trial && t.crashes.find(({ service }) => Object.hasOwn(trial.changed, service));
  if (failed) rollBack(t, trial, failed);
}

/** At the end of its settle time: has a generation on trial proved itself? */
export function judgeTrial(t: Transition): void {
  const { trial } = t.project;
  if (trial === null || t.nowMs < trial.dueAtMs) return;
  const blocked = blockedByAddress(t, trial);
  if (blocked) return rollBack(t, trial, blocked);
  const unsettled = Object.keys(trial.changed).some((name) => !isSettled(t.services.get(name)));
  if (unsettled) return t.setTrial({ ...trial, dueAtMs: t.nowMs + Math.max(trial.settleMs, 1) });
  t.setTrial(null);
  t.announce(null, 'reload-settled', `generation ${t.project.generation} is good`);
}

/** A service that still finds its new address taken when the settle time is over cannot become ready. */
function blockedByAddress(t: Transition, trial: Trial): CrashNote | undefined {
  for (const service of Object.keys(trial.changed)) {
    const phase = t.services.get(service)?.phase;
    const taken = phase?.type === 'waiting' ? phase.blockers.filter(isTaken) : [];
    if (taken.length > 0) return { service, text: describeBlockers(taken) };
  }
  return undefined;
}

/** Ready, finished, not wanted, or waiting for others: it has had its chance. */
function isSettled(service: ServiceState | undefined): boolean {
  if (service === undefined) return true;
  const { phase, turn } = service;
  // Whether its addresses are free is not known yet.
  if (phase.type === 'waiting' && phase.addressCheck === 'checking') return false;
  return turn === null && phase.type !== 'starting' && phase.type !== 'stopping';
}

function rollBack(t: Transition, trial: Trial, failed: CrashNote): void {
  const from = t.project.generation;
  const fields = trial.changed[failed.service] ?? [];
  const changes = changesTo(t, trial.previous);
  t.setGeneration(trial.previous, null);
  const text = `generation ${from} taken back: ${failed.text}${fields.length > 0 ? ` after a change of ${fields.join(', ')}` : ''}`;
  t.announce(failed.service, 'rolled-back', text, { cause: reloadCause(fields) });
  applyChanges(t, trial.previous, changes, trial.unwanted);
}

function describeChanges(changes: readonly ServiceChange[]): string {
  if (changes.length === 0) return 'no service changed';
  return changes
    .map(({ service, class: kind, fields }) => `${kind} ${service}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`)
    .join('; ');
}
