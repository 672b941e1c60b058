// The control API as this page asks it. Whatever keeps an answer away is a value.
import type { ControlCommand } from '../control/protocol.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';

export interface Failure {
  readonly ok: false;
  /** `refused`: the token is wrong. `absent`: nobody answers. `problem`: the answer is no. */
  readonly reason: 'refused' | 'absent' | 'problem';
  readonly message: string;
  readonly details: unknown;
}

export type Reply<Value> = { readonly ok: true; readonly value: Value } | Failure;

interface Accepted {
  readonly message: string;
  readonly details?: unknown;
}

export class Api {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async read<Value>(path: string): Promise<Reply<Value>> {
    return this.#ask<Value>(path, {});
  }

  submit(command: Partial<ControlCommand>): Promise<Reply<Accepted>> {
    return this.#ask<Accepted>('/v1/commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    });
  }

  /** Until the stream ends or the signal is aborted. A promise that `onEvent` returns is waited for. */
  async follow(path: string, onEvent: (event: StreamEvent) => void | Promise<void>, signal: AbortSignal): Promise<Reply<null>> {
    const response = await this.#fetch(path, { headers: { accept: 'text/event-stream' }, signal });
    if (!(response instanceof Response)) return response;
    if (!response.ok || response.body === null) return explain(response);
    try {
      for await (const event of readEvents(response.body)) {
        const wait = onEvent(event);
        if (wait !== undefined) await wait;
      }
      return { ok: true, value: null };
    } catch (error) {
      return { ok: false, reason: 'absent', message: String(error), details: null };
    }
  }

  async #ask<Value>(path: string, init: RequestInit): Promise<Reply<Value>> {
    const response = await this.#fetch(path, init);
    if (!(response instanceof Response)) return response;
    return response.ok ? { ok: true, value: (await response.json()) as Value } : explain(response);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response | Failure> {
    try {
      return await fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${this.#token}` } });
    } catch (error) {
      return { ok: false, reason: 'absent', message: `the dashboard does not answer: ${String(error)}`, details: null };
    }
  }
}

async function explain(response: Response): Promise<Failure> {
  const { message, details } = (await response.json().catch(() => ({}))) as { message?: string; details?: unknown };
  const reason =
    response.status === 401 || response.status === 403 || response.status === 429
      ? 'refused'
      : response.status === 503
        ? 'absent'
        : 'problem';
  return { ok: false, reason, message: message ?? `it answered ${response.status}`, details: details ?? null };
}
