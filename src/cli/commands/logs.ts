import { type Command, Option } from 'commander';
import { findLogFolders, withDeclared } from '../../library/log-folders.ts';
import { failUnusableState } from '../../library/unusable-state.ts';
import { formatLine, toJsonLine } from '../../logs/format.ts';
import type { LogLine } from '../../logs/log-query.ts';
import { selectServices } from '../../service-name.ts';
import { act } from '../act.ts';
import { countArgument, instantArgument, patternArgument, runArgument } from '../arguments.ts';
import { EXIT, type Refusal, refuseFailure } from '../exit-code.ts';
import { findProject } from '../find-project.ts';
import { type Invocation, note } from '../invocation.ts';
import { refuseUnknown } from '../known-service.ts';
import { lineFormat } from '../line-format.ts';
import { openLinePrinter, printLines } from '../print-lines.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly since?: number;
  readonly until?: number;
  readonly grep?: RegExp;
  readonly time?: boolean;
  readonly stream?: 'out' | 'err';
  readonly run?: number;
}

export function define(command: Command): void {
  const nowMs = Date.now();
  command
    .argument('[service...]', 'names; default: all, merged by time')
    .option('-f, --follow', 'go on with what is printed next (the project file is --file here)')
    .option('-n, --lines <count>', 'only the last lines', countArgument)
    .option('--since <time>', '10m (ago), 14:03, 2026-01-31T14:03', instantArgument(nowMs))
    .addOption(new Option('--until <time>', 'as --since; not with -f').argParser(instantArgument(nowMs)).conflicts('follow'))
    .option('-g, --grep <regex>', 'only lines that match', patternArgument)
    .option('-t, --time', 'with the time of each line')
    .addOption(new Option('--stream <which>', 'only one of the two').choices(['out', 'err']))
    .option('--run <number>', 'only one run; -1 is the latest, -2 the one before; with -f one that is still to come, too', runArgument)
    .addHelpText(
      'after',
      `
Reads the files, so it works when the service, or omniroute itself, is dead. The raw bytes lie in <state_dir>/<service>/log.
Exits with 5 where no log holds anything of the run that is asked for, and says which there are.

Examples:
  omniroute logs -f
  omniroute logs mitm --run -2 -n 50        the last words of the run before
  omniroute logs server --since 10m -g 'ERR|WARN' -t`,
    );
  act<Options, [string[]]>(command, async (invocation, options, services) => {
    const project = await findProject(invocation);
    if (!project.ok) return project;
    const unusable = failUnusableState(project);
    if (unusable !== null) return refuseFailure(unusable);
    const logged = findLogFolders(project);
    const needsDeclared = options.follow === true || services.some((name) => !logged.has(name));
    const folders = needsDeclared ? await withDeclared(project, invocation.env, logged) : logged;
    const names = selectServices(services, [...folders.keys()]);
    const unknown = await refuseUnknown(names, [...folders.keys()]);
    if (unknown !== null) return unknown;
    const wanted = new Map([...folders].filter(([name]) => names.length === 0 || names.includes(name)));
    if (logged.size === 0) note(invocation, `nothing was logged yet in ${project.stateDir}`);
    return printLogs(invocation, wanted, options);
  });
}

async function printLogs(invocation: Invocation, folders: ReadonlyMap<string, string>, options: Options): Promise<number | Refusal> {
  const { readLogs } = await import('../../logs/log-reader.ts');
  const nameWidth = folders.size > 1 ? Math.max(...[...folders.keys()].map((name) => name.length)) : null;
  const format = lineFormat(invocation.out, { nameWidth, showsTime: options.time === true });
  let isEmpty = true;
  const render = (line: LogLine) => {
    isEmpty = false;
    return `${invocation.json ? JSON.stringify(toJsonLine(line)) : formatLine(line, format)}\n`;
  };
  const query = {
    sinceMs: options.since ?? null,
    untilMs: options.until ?? null,
    lastLines: options.lines ?? null,
    grep: options.grep ?? null,
    stream: options.stream ?? ('any' as const),
    run: options.run ?? null,
  };
  const findMissing = async () => {
    if (query.run === null) return null;
    return (await import('../../library/unknown-run.ts')).findUnknownRun(folders, query.run);
  };
  if (options.follow) {
    const awaited = await findMissing();
    if (awaited !== null && !awaited.mayCome) return refuseFailure(awaited);
    if (awaited !== null) note(invocation, `${awaited.message}: waiting for it`);
    const { followLogs } = await import('../../logs/follow.ts');
    const printer = openLinePrinter(invocation.out);
    await followLogs(folders, query, (line) => printer.print(render(line)), new AbortController().signal);
    return EXIT.done;
  }
  await printLines(invocation.out, readLogs(folders, query), render);
  // Only then: looking for a run takes as long as reading it.
  const unknown = isEmpty ? await findMissing() : null;
  return unknown === null ? EXIT.done : refuseFailure(unknown);
}
