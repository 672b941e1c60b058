import type { Command } from 'commander';
import type { RecordedEntry } from '../../control/protocol.ts';
import type { LocatedProject } from '../../library/locate-project.ts';
import { findPastEvents } from '../../library/past-events.ts';
import { readJournal } from '../../library/read-journal.ts';
import type { RunningProject } from '../../library/running-project.ts';
import { declaredName, selectServices } from '../../service-name.ts';
import { act } from '../act.ts';
import { countArgument, instantArgument } from '../arguments.ts';
import { EXIT, type Refusal, refuseFailure } from '../exit-code.ts';
import { findProject } from '../find-project.ts';
import { type Invocation, note, toJsonLine } from '../invocation.ts';
import { refuseUnknown } from '../known-service.ts';
import { openLinePrinter, printLines } from '../print-lines.ts';
import { renderEntry } from '../render/entry-line.ts';
import { openRunningProject } from '../running.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly since?: number;
}

export function define(command: Command): void {
  command
    .argument('[service...]', 'names; default: all, and what is about the project')
    .option('-f, --follow', 'go on with what happens next (the project file is --file here)')
    .option('-n, --lines <count>', 'only the last entries', countArgument)
    .option('--since <time>', '10m (ago), 14:03, 2026-01-31T14:03', instantArgument(Date.now()))
    .addHelpText(
      'after',
      `
The journal of causes, one line a change: what the running omniroute has in memory, and what those before it left on disk. Where none
runs, that alone is printed; -f has nothing to follow then, and ends with 3.

Examples:
  omniroute events -n 20
  omniroute events web --since 1h
  omniroute events -f -n 0 --json | jq 'select(.type == "crashed")'`,
    );
  act<Options, [string[]]>(command, async (invocation, options, services) => {
    const running = await openRunningProject(invocation);
    if (running.ok) return showLive(invocation, running, services, options);
    return running.exitCode === EXIT.notRunning ? showLeft(invocation, running, services, options) : running;
  });
}

async function showLive(
  invocation: Invocation,
  running: RunningProject,
  services: readonly string[],
  options: Options,
): Promise<number | Refusal> {
  const { snapshot, client } = running;
  // Where entries are left out, nobody knows how far back the last ones lie.
  const isAll = services.length === 0 && options.since === undefined;
  const past = await findPastEvents(running, isAll ? Math.max(0, snapshot.seq - (options.lines ?? snapshot.seq)) : 0);
  if (!past.ok) return refuseFailure(past);
  const known = [...new Set([...snapshot.services.map((service) => service.name), ...namesIn(past.entries)])];
  const unknown = await refuseUnknown(selectServices(services, known), known);
  if (unknown !== null) return unknown;
  const render = renderIn(invocation, known);
  await printLines(invocation.out, select(past.entries, services, options), render);
  if (!options.follow) return EXIT.done;
  const printer = openLinePrinter(invocation.out);
  const print = (entry: RecordedEntry) => (isAbout(entry, services) ? printer.print(render(entry)) : undefined);
  await client.events(snapshot.seq, print, new AbortController().signal);
  await printer.flush();
  return EXIT.done;
}

/** What is on disk where no supervisor runs; `absence` says so. */
async function showLeft(
  invocation: Invocation,
  absence: Refusal,
  services: readonly string[],
  options: Options,
): Promise<number | Refusal> {
  const project = await findProject(invocation);
  if (!project.ok) return project;
  const entries = readJournal(project.stateDir);
  if (entries === null) return absence;
  const told = namesIn(entries);
  const known = services.every((name) => told.includes(name)) ? told : [...new Set([...told, ...(await declaredIn(invocation, project))])];
  const unknown = await refuseUnknown(selectServices(services, known), known);
  if (unknown !== null) return unknown;
  if (!options.follow) note(invocation, `${absence.message}: this is the journal up to its end`);
  await printLines(invocation.out, select(entries, services, options), renderIn(invocation, told));
  return options.follow ? { ...absence, message: `${absence.message}: there is nothing to follow` } : EXIT.done;
}

function select(entries: readonly RecordedEntry[], services: readonly string[], { since, lines }: Options): readonly RecordedEntry[] {
  const wanted = entries.filter((entry) => isAbout(entry, services) && (since === undefined || entry.time >= since));
  return lines === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - lines));
}

/** A name of the file stands for all instances, also those that are still to come. */
function isAbout({ service }: RecordedEntry, services: readonly string[]): boolean {
  return services.length === 0 || (service !== null && (services.includes(service) || services.includes(declaredName(service))));
}

/** Those too of which nothing has been told yet. */
async function declaredIn({ env }: Invocation, project: LocatedProject): Promise<string[]> {
  const { withDeclared } = await import('../../library/log-folders.ts');
  return [...(await withDeclared(project, env, new Map())).keys()];
}

/** Also of services that the file has no more. */
function namesIn(entries: readonly RecordedEntry[]): string[] {
  return [...new Set(entries.flatMap(({ service }) => (service === null ? [] : [service])))];
}

function renderIn(invocation: Invocation, names: readonly string[]): (entry: RecordedEntry) => string {
  const { paint } = invocation.out;
  const nameWidth = Math.max('omniroute'.length, ...names.map((name) => name.length));
  return (entry) => (invocation.json ? toJsonLine(entry) : renderEntry(entry, { paint, nameWidth }));
}
