// From a request to the route it is for, past the gate.
import type { RequestListener } from 'node:http';
import type { Caller, Gate } from './access.ts';
import { Call } from './call.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { answerProblem } from './problem.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from './protocol.ts';
import { createRoutes, type Route, type RouteOptions } from './routes.ts';

export interface CallOptions extends RouteOptions {
  /** Null: whoever can connect may. */
  readonly gate: Gate | null;
}

const COMMON_HEADERS = {
  [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // The address of a page may carry the token.
  'referrer-policy': 'no-referrer',
} as const;

export function answerCalls({ gate, ...options }: CallOptions): RequestListener {
  const routes = createRoutes(options);
  const gatekeeper = gate === null ? null : new Gatekeeper(gate);
  return (incoming, outgoing) => {
    const call = new Call(incoming, outgoing);
    for (const [name, value] of Object.entries(COMMON_HEADERS)) call.setHeader(name, value);
    const refusal = gatekeeper?.refuse(callerOf(call), performance.now()) ?? null;
    if (refusal === null) return void dispatch(call, routes);
    const { retryAfterSeconds, ...problem } = refusal;
    if (retryAfterSeconds !== undefined) call.setHeader('retry-after', String(retryAfterSeconds));
    answerProblem(call, problem);
  };
}

async function dispatch(call: Call, routes: readonly Route[]): Promise<void> {
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  try {
    for (const route of routes) {
      const name = route.method === method ? match(route.path, call.path) : null;
      if (name !== null) return await route.answer(call, name);
    }
    answerProblem(call, { error: 'not-found', message: `there is no ${call.method} ${call.path}` });
  } catch (error) {
    if (call.hasBegun) call.breakOff();
    else answerProblem(call, { error: 'internal', message: (error as Error).message });
  }
}

/** What stands for `{name}`, '' where the path has none; null: it is another path. */
function match(template: string, path: string): string | null {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length || wanted.some((segment, index) => segment !== '{name}' && segment !== given[index])) return null;
  return decode(given[wanted.indexOf('{name}')] ?? '');
}

/** A broken escape is as good a name as any: nothing has it. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function callerOf(call: Call): Caller {
  return {
    host: call.header('host'),
    origin: call.header('origin'),
    authorization: call.header('authorization'),
    queryToken: call.query('token'),
  };
}
