// The routes of the control API. `schemas/openapi.yaml` describes them; a test compares the two.
import type { Call } from './call.ts';
import { parseCommand } from './command-body.ts';
import { answerJournal } from './event-route.ts';
import { parseLogRequest } from './log-parameters.ts';
import { answerLogs } from './log-route.ts';
import { METRICS_CONTENT_TYPE, renderMetrics } from './metrics.ts';
import { answerProblem } from './problem.ts';
import { ACTOR_HEADER, type ServiceSnapshot, type Supervision } from './protocol.ts';
import type { OpenFeeds } from './sse.ts';
import { unknownService } from './unknown-service.ts';

const MAX_BODY_BYTES = 64 * 1024;
const SERVICE_COMMANDS = ['start', 'stop', 'restart', 'signal', 'enable', 'disable'] as const;

export interface RouteOptions {
  readonly supervision: Supervision;
  readonly feeds: OpenFeeds;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `{name}` stands for one segment. */
  readonly path: string;
  /** `name`: what stood for it, unescaped. A call that is not answered when this resolves is answered later. */
  answer(call: Call, name: string): void | Promise<void>;
}

export function createRoutes(options: RouteOptions): readonly Route[] {
  return [...createQuestions(options), ...createOrders(options)];
}

function createQuestions({ supervision, feeds }: RouteOptions): Route[] {
  const get = (path: string, answer: (call: Call) => void): Route => ({ method: 'GET', path, answer });
  const getOfService = (path: string, answer: (call: Call, service: ServiceSnapshot) => void): Route => ({
    method: 'GET',
    path,
    answer: (call, name) => {
      const { services } = supervision.snapshot(usageOf(call));
      const service = services.find((each) => each.name === name);
      if (service) return answer(call, service);
      const known = services.map((each) => each.name);
      answerProblem(call, unknownService(name, known));
    },
  });
  return [
    get('/v1/project', (call) => call.answerJson(supervision.snapshot(usageOf(call)))),
    get('/v1/services', (call) => call.answerJson(supervision.snapshot(usageOf(call)).services)),
    get('/v1/usage', (call) => call.answerJson(supervision.usage())),
    get('/v1/events', (call) => answerJournal(call, supervision, feeds)),
    get('/v1/metrics', (call) =>
      call.answerText(renderMetrics(supervision.snapshot({ usage: true }), supervision.crashCounts()), METRICS_CONTENT_TYPE),
    ),
    get('/v1/logs', (call) => answerMergedLogs(call, supervision, feeds)),
    getOfService('/v1/services/{name}', (call, service) => call.answerJson(service)),
    getOfService('/v1/services/{name}/why', (call, service) => call.answerJson(supervision.why(service.name))),
    getOfService('/v1/services/{name}/logs', (call, service) => {
      const parsed = parseLogRequest(call.allQueries());
      if (parsed.ok) answerLogs(call, [service], parsed.request, feeds);
      else answerProblem(call, { error: 'bad-request', message: parsed.message });
    }),
  ];
}

/** `service` may be given several times; without it, all. */
function answerMergedLogs(call: Call, supervision: Supervision, feeds: OpenFeeds): void {
  const { service: _, ...query } = call.allQueries();
  const parsed = parseLogRequest(query);
  if (!parsed.ok) return answerProblem(call, { error: 'bad-request', message: parsed.message });
  const { services } = supervision.snapshot({ usage: false });
  const names = services.map(({ name }) => name);
  const asked = call.queries('service');
  const wanted = new Set(asked.length > 0 ? asked : names);
  const unknown = [...wanted].find((name) => !names.includes(name));
  if (unknown !== undefined) return answerProblem(call, unknownService(unknown, names));
  const chosen = services.filter(({ name }) => wanted.has(name));
  answerLogs(call, chosen, parsed.request, feeds);
}

function createOrders({ supervision }: RouteOptions): Route[] {
  const post = (path: string, given: (name: string) => Readonly<Record<string, unknown>>): Route => ({
    method: 'POST',
    path,
    answer: (call, name) => carryOut(call, supervision, given(name)),
  });
  return [
    ...SERVICE_COMMANDS.map((type) => post(`/v1/services/{name}/${type}`, (name) => ({ type, services: [name] }))),
    ...(['reload', 'down'] as const).map((type) => post(`/v1/${type}`, () => ({ type }))),
    post('/v1/commands', () => ({})),
  ];
}

/** `given`: what the path says already. */
async function carryOut(call: Call, supervision: Supervision, given: Readonly<Record<string, unknown>>): Promise<void> {
  const body = await call.readBody(MAX_BODY_BYTES);
  if (body === null) return answerProblem(call, { error: 'body-too-large', message: `a body may have ${MAX_BODY_BYTES} bytes` });
  const parsed = parseCommand(body, given);
  if (!parsed.ok) return answerProblem(call, { error: 'bad-request', message: parsed.message });
  const outcome = await supervision.submit(parsed.command, actorOf(call));
  const { message, details } = outcome;
  const rest = details === undefined ? {} : { details };
  if (outcome.ok) call.answerJson({ message, seq: outcome.seq, ...rest });
  else answerProblem(call, { error: outcome.code, message, ...rest });
}

function usageOf(call: Call): { readonly usage: boolean } {
  return { usage: call.query('usage') === '1' };
}

/** It is shown on terminals and in logs: a name, nothing else. */
function actorOf(call: Call): string {
  const actor = call.header(ACTOR_HEADER) ?? '';
  return /^[\w .-]{1,40}$/.test(actor) ? actor : 'api';
}
