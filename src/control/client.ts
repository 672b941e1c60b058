// The client's side of the control socket. Everything that can keep a supervisor from answering is a value.
import type { LogLine } from '../logs/log-query.ts';
import { type Exchange, exchange, type Reply, type Unanswered } from './exchange.ts';
import type { ControlCommand, ControlOutcome, LogRequest, ProjectSnapshot, RecordedEntry, UsageHistory, WhyReport } from './protocol.ts';
import { DROPPED_EVENT } from './protocol.ts';
import { SseParser } from './sse-parser.ts';

export type Answer<Value> = { readonly ok: true; readonly value: Value } | Unanswered;

/** How a stream ended: the supervisor ended it (or died), or the signal did. */
export type StreamEnd = 'ended' | 'aborted';

/** Reading waits for a promise that it returns. */
type Listener<Item> = (item: Item) => void | Promise<void>;

export interface SnapshotOptions {
  /** CPU and memory are measured afresh. */
  readonly usage: boolean;
  /** Of this answer. */
  readonly timeoutMs?: number;
  /** Nobody wants it any more. */
  readonly signal?: AbortSignal;
}

export interface ControlClient {
  /** The same for somebody else who asks. */
  as(actor: string): ControlClient;
  snapshot(options: SnapshotOptions): Promise<Answer<ProjectSnapshot>>;
  /** What services used lately, without a look at them now. */
  usage(): Promise<Answer<UsageHistory>>;
  /** Null: there is no such service. */
  why(service: string): Promise<Answer<WhyReport | null>>;
  submit(command: ControlCommand): Promise<Answer<ControlOutcome>>;
  /** Every entry after `afterSeq` once, in order, until the supervisor ends or the signal is aborted; none after that. */
  events(afterSeq: number, onEntry: Listener<RecordedEntry>, signal: AbortSignal): Promise<Answer<StreamEnd>>;
  logs(service: string, request: LogRequest, onLine: Listener<LogLine>, signal: AbortSignal): Promise<Answer<StreamEnd>>;
}

/** One that takes longer hangs, or as good as that. */
export const ANSWER_TIMEOUT_MS = 10_000;

export interface ConnectOptions {
  /** Of each answer, of a stream its beginning. */
  readonly timeoutMs?: number;
  /** Who asks, as `why` will tell: a word or a few. */
  readonly actor?: string;
}

/** Connects nothing yet: every question is a connection of its own. */
export function connect(socketPath: string, { timeoutMs = ANSWER_TIMEOUT_MS, actor = 'cli' }: ConnectOptions = {}): ControlClient {
  const base = { socketPath, timeoutMs, actor, method: 'GET', accept: 'application/json', body: null, signal: null } as const;
  return {
    as: (other) => connect(socketPath, { timeoutMs, actor: other }),
    snapshot: ({ usage, ...limits }) => ask({ ...base, ...limits }, usage ? '/v1/project?usage=1' : '/v1/project'),
    usage: () => ask(base, '/v1/usage'),
    why: (service) => askWhy({ ...base, path: `${servicePath(service)}/why` }),
    submit: (command) => submit({ ...base, method: 'POST', path: '/v1/commands', body: JSON.stringify(command) }),
    events: (afterSeq, onEntry, signal) => followEvents(base, afterSeq, onEntry, signal),
    logs: async (service, request, onLine, signal) => {
      const asked = { ...base, path: `${servicePath(service)}/logs?${logParameters(request)}`, accept: 'text/event-stream', signal };
      const end = await readStream<LogLine>(asked, onLine, signal);
      return typeof end === 'string' ? { ok: true, value: end === 'aborted' ? 'aborted' : 'ended' } : end;
    },
  };
}

function servicePath(service: string): string {
  return `/v1/services/${encodeURIComponent(service)}`;
}

function logParameters(request: LogRequest): URLSearchParams {
  const { sinceMs, untilMs, lastLines, grep, stream, run, follow } = request;
  const given = Object.entries({ since: sinceMs, until: untilMs, n: lastLines, grep, run }).filter(([, value]) => value !== null);
  return new URLSearchParams({
    ...Object.fromEntries(given.map(([key, value]) => [key, String(value)])),
    stream,
    follow: follow ? '1' : '0',
  });
}

type Base = Omit<Exchange, 'path'>;

interface Read {
  readonly ok: true;
  readonly status: number;
  readonly body: unknown;
}

async function read(asked: Exchange): Promise<Read | Unanswered> {
  const reply = await exchange(asked);
  return reply.ok ? readWhole(reply) : reply;
}

async function readWhole(reply: Reply): Promise<Read | Unanswered> {
  const body = await reply.readBody();
  if (!body.ok) return body;
  try {
    return { ok: true, status: reply.status, body: JSON.parse(body.text) };
  } catch {
    return failed(`the supervisor answered ${reply.status} with what is not JSON`);
  }
}

async function ask<Value>(base: Base, path: string): Promise<Answer<Value>> {
  const reply = await read({ ...base, path });
  if (!reply.ok) return reply;
  return reply.status === 200 ? { ok: true, value: reply.body as Value } : unexpected(reply);
}

async function askWhy(asked: Exchange): Promise<Answer<WhyReport | null>> {
  const reply = await read(asked);
  if (!reply.ok) return reply;
  if (reply.status === 200) return { ok: true, value: reply.body as WhyReport };
  return reply.status === 404 ? { ok: true, value: null } : unexpected(reply);
}

type Refused = Extract<ControlOutcome, { ok: false }>;
const REFUSALS: ReadonlySet<string> = new Set<Refused['code']>(['unknown-service', 'invalid-file', 'refused', 'bad-request']);

async function submit(asked: Exchange): Promise<Answer<ControlOutcome>> {
  const reply = await read(asked);
  if (!reply.ok) return reply;
  if (reply.status === 200) return { ok: true, value: { ok: true, ...(reply.body as Omit<Extract<ControlOutcome, { ok: true }>, 'ok'>) } };
  const { error, message, details } = reply.body as { readonly error: string; readonly message: string; readonly details?: unknown };
  if (!REFUSALS.has(error)) return unexpected(reply);
  return { ok: true, value: { ok: false, code: error as Refused['code'], message, ...(details !== undefined && { details }) } };
}

async function followEvents(
  base: Base,
  afterSeq: number,
  onEntry: Listener<RecordedEntry>,
  signal: AbortSignal,
): Promise<Answer<StreamEnd>> {
  let lastSeq = afterSeq;
  const keep = (entry: RecordedEntry): void | Promise<void> => {
    lastSeq = entry.seq;
    return onEntry(entry);
  };
  while (true) {
    const end = await readStream(
      { ...base, path: `/v1/events?follow=1&after=${lastSeq}`, accept: 'text/event-stream', signal },
      keep,
      signal,
    );
    if (typeof end !== 'string') return end;
    // We were too slow, and go on where we were.
    if (end !== DROPPED_EVENT) return { ok: true, value: end };
  }
}

async function readStream<Item>(
  asked: Exchange,
  onItem: Listener<Item>,
  signal: AbortSignal,
): Promise<StreamEnd | typeof DROPPED_EVENT | Unanswered> {
  if (signal.aborted) return 'aborted';
  const reply = await exchange(asked);
  if (!reply.ok) return signal.aborted ? 'aborted' : reply;
  if (reply.status !== 200) {
    const refusal = await readWhole(reply);
    return refusal.ok ? unexpected(refusal) : refusal;
  }
  const parser = new SseParser();
  try {
    for await (const chunk of reply.chunks()) {
      for (const { event, data } of parser.push(chunk)) {
        if (signal.aborted) return 'aborted';
        if (event === DROPPED_EVENT) return DROPPED_EVENT;
        await onItem(JSON.parse(data) as Item);
      }
    }
    return signal.aborted ? 'aborted' : 'ended';
  } finally {
    reply.close();
  }
}

function unexpected({ status, body }: { readonly status: number; readonly body: unknown }): Unanswered {
  const message = (body as { readonly message?: unknown } | null)?.message;
  return failed(`the supervisor answered ${status}${typeof message === 'string' ? `: ${message}` : ''}`);
}

function failed(message: string): Unanswered {
  return { ok: false, reason: 'failed', message };
}
