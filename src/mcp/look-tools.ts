// Tools that change nothing.
import type { ServiceSnapshot } from '../control/protocol.ts';
import { OmnirouteError } from '../library/failure.ts';
import type { LogsQuery, ProjectClient } from '../library/project-client.ts';
import type { LogLine } from '../logs/log-query.ts';
import { selectServices } from '../service-name.ts';
import { searchLines, writeLines } from './log-text.ts';
import { argumentsOf, defineTool, SERVICES } from './tool.ts';

const LINES = { type: 'integer', minimum: 1, maximum: 1000, description: 'How many of the last lines. Default: 100.' } as const;
const SINCE = { type: 'number', exclusiveMinimum: 0, description: 'Only the last so many minutes.' } as const;
const STREAM = { enum: ['out', 'err'], description: 'Only standard output, or only standard error.' } as const;
const RUN = {
  type: 'integer',
  not: { const: 0 },
  description: 'Only one run of each service: from 1 in order, or -1 for the latest, -2 for the one before.',
} as const;

/** Agents wait a minute for an answer, most of them. */
export const DEFAULT_TIMEOUT_SECONDS = 50;

interface LogArguments {
  readonly services?: readonly string[];
  readonly lines?: number;
  readonly since_minutes?: number;
  readonly stream?: 'out' | 'err';
  readonly run?: number;
}

export const list = defineTool({
  name: 'list',
  title: 'List services',
  description:
    'All services of the project: state, why they are in it, since when, restarts, ports, memory and CPU; and whether the project file is applied. Begin here. Also tells where nothing runs.',
  input: argumentsOf({}),
  changes: false,
  run: async (client) => {
    try {
      const { name, phase, file, degraded, services } = await client.project({ usage: true });
      const { status, reason, paths } = file;
      return writeJson({ project: name, phase, file: { status, reason, path: paths[0] }, degraded, services: services.map(summarize) });
    } catch (error) {
      if (error instanceof OmnirouteError && (error.code === 'not-running' || error.code === 'outlived')) return tellAbsence(client, error);
      throw error;
    }
  },
});

export const why = defineTool<{ readonly service: string }>({
  name: 'why',
  title: 'Explain a state',
  description:
    'Why a service is in its state: the chain of causes, the newest first, each with its time and the line of the project file behind it, and the path of its last crash report. Use it before restarting anything.',
  input: argumentsOf({ service: { type: 'string', description: 'Name of a service, as `list` gives it.' } }, ['service']),
  changes: false,
  run: async (client, { service }) => {
    const known = (await client.services()).map(({ name }) => name);
    const told = await Promise.all(selectServices([service], known).map((name) => explain(client, name)));
    return told.join('\n\n');
  },
});

async function explain(client: ProjectClient, service: string): Promise<string> {
  const { chain, crashReport } = await client.why(service);
  const lines = chain.map(
    ({ text, at, place }) => `${at === null ? '-' : new Date(at).toISOString()} ${text}${place === null ? '' : ` (${place})`}`,
  );
  return [...lines, ...(crashReport === null ? [] : [`crash report: ${crashReport}`])].join('\n');
}

export const logs = defineTool<LogArguments>({
  name: 'logs',
  title: 'Read logs',
  description:
    'The last lines that services printed, merged by time; a `!` after the bar marks standard error. Reads files, so it also works for services that are dead and where nothing runs.',
  input: argumentsOf({ services: { ...SERVICES, minItems: 1 }, lines: LINES, since_minutes: SINCE, stream: STREAM, run: RUN }),
  changes: false,
  run: async (client, given, signal) => {
    const lines: LogLine[] = [];
    for await (const line of client.logs({ ...queryOf(given, signal), lastLines: given.lines ?? 100 })) lines.push(line);
    return lines.length === 0 ? 'nothing was printed' : writeLines(lines);
  },
});

export const searchLogs = defineTool<LogArguments & { readonly pattern: string }>({
  name: 'search_logs',
  title: 'Search logs',
  description:
    'Lines of the logs that match a regular expression (JavaScript; case matters, use [Ee]rror for both), merged by time, with how many there are. Searches everything that is kept, of earlier runs too.',
  input: argumentsOf(
    {
      pattern: { type: 'string', minLength: 1, description: 'As in `timeout|ECONN\\w+`.' },
      services: { ...SERVICES, minItems: 1 },
      lines: { ...LINES, description: 'How many of the last matches. Default: 100.' },
      since_minutes: SINCE,
      stream: STREAM,
      run: RUN,
    },
    ['pattern'],
  ),
  changes: false,
  run: async (client, given, signal) => {
    const { lines, total } = await searchLines(client.logs(queryOf(given, signal)), given.pattern, given.lines ?? 100);
    if (total === 0) return 'no line matches';
    return `${total} ${total === 1 ? 'line matches' : 'lines match'}${lines.length < total ? `, the last ${lines.length}` : ''}:\n${writeLines(lines)}`;
  },
});

export const plan = defineTool({
  name: 'plan',
  title: 'Show what a reload would change',
  description:
    'Compares the project file with what runs: what `reload` would start, stop, restart, or change in place, and which keys differ. Changes nothing. Use it after editing the file.',
  input: argumentsOf({}),
  changes: false,
  run: async (client) => {
    const { refused, project, services } = await client.plan();
    const changed = services.filter((change) => change.class !== 'unchanged');
    return writeJson({ changes: changed.length + refused.length + project.length > 0, refused, project, services: changed });
  },
});

export const wait = defineTool<{
  readonly services?: readonly string[];
  readonly for?: 'ready' | 'completed' | 'stopped';
  readonly timeout_seconds?: number;
}>({
  name: 'wait',
  title: 'Wait for services',
  description:
    'Waits until services are ready (jobs: completed), and tells which are not and why where that does not happen. Changes nothing.',
  input: argumentsOf({
    services: { ...SERVICES, minItems: 1, description: 'Names of services. Default: all that shall run.' },
    for: { enum: ['ready', 'completed', 'stopped'], description: 'What to wait for. Default: ready, jobs completed.' },
    timeout_seconds: { type: 'number', exclusiveMinimum: 0, maximum: 600, description: 'Default: 50.' },
  }),
  changes: false,
  run: async (client, { services = [], for: goal, timeout_seconds = DEFAULT_TIMEOUT_SECONDS }) =>
    writeJson((await client.wait(services, { timeoutMs: timeout_seconds * 1000, ...(goal && { for: goal }) })).map(summarize)),
});

const SAYS_NOTHING: ReadonlySet<string> = new Set(['null', '"-"', '{}']);

/** What an agent needs of it. */
export function summarize(service: ServiceSnapshot): object {
  const { name, description, type, state, enabled, why: reason, pid, run, restarts, ports, outputs, memoryBytes, cpuPercent } = service;
  const since = new Date(service.since).toISOString();
  const told = { name, description, type, state, why: reason, since, enabled, pid, run, restarts, ports, outputs, memoryBytes, cpuPercent };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => !SAYS_NOTHING.has(JSON.stringify(value))));
}

export function writeJson(value: object): string {
  return JSON.stringify(value);
}

function queryOf({ services, since_minutes: sinceMinutes, stream, run }: LogArguments, signal: AbortSignal): LogsQuery {
  return {
    signal,
    ...(services && { services }),
    ...(stream && { stream }),
    ...(run !== undefined && { run }),
    ...(sinceMinutes !== undefined && { sinceMs: Date.now() - sinceMinutes * 60_000 }),
  };
}

function tellAbsence({ name, files }: ProjectClient, { message, advice }: OmnirouteError): string {
  const hint = 'Logs of earlier runs can be read and searched all the same; everything else needs it to run.';
  return writeJson({ project: name, file: files[0], phase: 'not-running', message, advice, hint });
}
