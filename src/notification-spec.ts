// The nouns of `notifications`.

export type NotificationEvent = 'failed' | 'recovered' | 'rolled-back';

/** Somebody who is told of what happens to services. */
export interface NotificationSpec {
  readonly on: readonly NotificationEvent[];
  /** Null: all. */
  readonly services: readonly string[] | null;
  readonly target: NotificationTarget;
  /** Of one attempt. */
  readonly timeoutMs: number;
  readonly attempts: number;
  /** The same event about the same service is not told again before. */
  readonly repeatAfterMs: number;
}

export type NotificationTarget =
  | { readonly type: 'webhook'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: 'command'; readonly command: readonly [string, ...string[]] };
