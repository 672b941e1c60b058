// The routes of the control API. `schemas/openapi.yaml` describes them; a test compares the two.
import { type Context, Hono } from 'hono';
import { type Gate, refuseAccess } from './access.ts';
import { parseCommand } from './command-body.ts';
import { answerJournal } from './event-route.ts';
import { parseLogRequest } from './log-parameters.ts';
import { answerLogs } from './log-route.ts';
import { METRICS_CONTENT_TYPE, renderMetrics } from './metrics.ts';
import { answerProblem } from './problem.ts';
import { ACTOR_HEADER, PROTOCOL_HEADER, PROTOCOL_VERSION, type ServiceSnapshot, type Supervision } from './protocol.ts';
import { readBody } from './request-body.ts';
import type { OpenFeeds } from './sse.ts';
import { unknownService } from './unknown-service.ts';

const MAX_BODY_BYTES = 64 * 1024;
const SERVICE_COMMANDS = ['start', 'stop', 'restart', 'signal', 'enable', 'disable'] as const;

export interface RouteOptions {
  readonly supervision: Supervision;
  readonly feeds: OpenFeeds;
  /** Null: whoever can connect may. */
  readonly gate: Gate | null;
}

export function createRoutes({ supervision, feeds, gate }: RouteOptions): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    setCommonHeaders(c);
    const refusal = gate === null ? null : refuseAccess(callerOf(c), gate);
    if (refusal !== null) return answerProblem(c, refusal);
    return next();
  });
  app.notFound((c) => answerProblem(c, { error: 'not-found', message: `there is no ${c.req.method} ${c.req.path}` }));
  app.onError((error, c) => answerProblem(c, { error: 'internal', message: error.message }));
  addQuestions(app, supervision, feeds);
  addOrders(app, supervision);
  return app;
}

function addQuestions(app: Hono, supervision: Supervision, feeds: OpenFeeds): void {
  app.get('/v1/project', (c) => c.json(supervision.snapshot(usageOf(c))));
  app.get('/v1/services', (c) => c.json(supervision.snapshot(usageOf(c)).services));
  app.get('/v1/events', (c) => answerJournal(c, supervision, feeds));
  app.get('/v1/metrics', (c) => {
    c.header('content-type', METRICS_CONTENT_TYPE);
    return c.body(renderMetrics(supervision.snapshot({ usage: true }), supervision.crashCounts()));
  });
  app.get('/v1/logs', (c) => answerMergedLogs(c, supervision, feeds));
  const withService = (answer: (c: Context, service: ServiceSnapshot) => Response) => (c: Context) => {
    const name = c.req.param('name') ?? '';
    const { services } = supervision.snapshot(usageOf(c));
    const service = services.find((each) => each.name === name);
    return service
      ? answer(c, service)
      : answerProblem(
          c,
          unknownService(
            name,
            services.map((each) => each.name),
          ),
        );
  };
  app.get(
    '/v1/services/:name',
    withService((c, service) => c.json(service)),
  );
  app.get(
    '/v1/services/:name/why',
    withService((c, service) => c.json(supervision.why(service.name))),
  );
  app.get(
    '/v1/services/:name/logs',
    withService((c, service) => {
      const parsed = parseLogRequest(c.req.query());
      return parsed.ok
        ? answerLogs(c, [service], parsed.request, feeds)
        : answerProblem(c, { error: 'bad-request', message: parsed.message });
    }),
  );
}

/** `service` may be given several times; without it, all. */
function answerMergedLogs(c: Context, supervision: Supervision, feeds: OpenFeeds): Response {
  const { service: _, ...query } = c.req.query();
  const parsed = parseLogRequest(query);
  if (!parsed.ok) return answerProblem(c, { error: 'bad-request', message: parsed.message });
  const { services } = supervision.snapshot({ usage: false });
  const names = services.map(({ name }) => name);
  const wanted = new Set(c.req.queries('service') ?? names);
  const unknown = [...wanted].find((name) => !names.includes(name));
  if (unknown !== undefined) return answerProblem(c, unknownService(unknown, names));
  return answerLogs(
    c,
    services.filter(({ name }) => wanted.has(name)),
    parsed.request,
    feeds,
  );
}

function addOrders(app: Hono, supervision: Supervision): void {
  const order = (given: (c: Context) => Readonly<Record<string, unknown>>) => async (c: Context) => {
    const body = await readBody(c, MAX_BODY_BYTES);
    if (body === null) return answerProblem(c, { error: 'body-too-large', message: `a body may have ${MAX_BODY_BYTES} bytes` });
    const parsed = parseCommand(body, given(c));
    if (!parsed.ok) return answerProblem(c, { error: 'bad-request', message: parsed.message });
    const outcome = await supervision.submit(parsed.command, actorOf(c));
    const { message, details } = outcome;
    const rest = details === undefined ? {} : { details };
    return outcome.ok ? c.json({ message, seq: outcome.seq, ...rest }) : answerProblem(c, { error: outcome.code, message, ...rest });
  };
  for (const type of SERVICE_COMMANDS)
    app.post(
      `/v1/services/:name/${type}`,
      order((c) => ({ type, services: [c.req.param('name')] })),
    );
  for (const type of ['reload', 'down'] as const)
    app.post(
      `/v1/${type}`,
      order(() => ({ type })),
    );
  app.post(
    '/v1/commands',
    order(() => ({})),
  );
}

function usageOf(c: Context): { readonly usage: boolean } {
  return { usage: c.req.query('usage') === '1' };
}

/** It is shown on terminals and in logs: a name, nothing else. */
function actorOf(c: Context): string {
  const actor = c.req.header(ACTOR_HEADER) ?? '';
  return /^[\w .-]{1,40}$/.test(actor) ? actor : 'api';
}

function callerOf(c: Context): Parameters<typeof refuseAccess>[0] {
  return {
    host: c.req.header('host'),
    origin: c.req.header('origin'),
    authorization: c.req.header('authorization'),
    queryToken: c.req.query('token'),
  };
}

function setCommonHeaders(c: Context): void {
  c.header(PROTOCOL_HEADER, String(PROTOCOL_VERSION));
  c.header('cache-control', 'no-store');
  c.header('x-content-type-options', 'nosniff');
  // The address of a page may carry the token.
  c.header('referrer-policy', 'no-referrer');
}
