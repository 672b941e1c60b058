// Every refusal of the control API, on the wire: a status and a JSON body that a program can branch on and a person can read.
import type { Call } from './call.ts';

export type ProblemCode =
  | 'unknown-service'
  | 'unknown-run'
  | 'invalid-file'
  | 'refused'
  | 'bad-request'
  | 'not-found'
  | 'body-too-large'
  | 'unauthorized'
  | 'forbidden'
  | 'too-many-requests'
  | 'internal';

export interface Problem {
  readonly error: ProblemCode;
  readonly message: string;
  readonly details?: unknown;
}

export const STATUSES = {
  'unknown-service': 404,
  'unknown-run': 404,
  'not-found': 404,
  'invalid-file': 422,
  refused: 409,
  'bad-request': 400,
  'body-too-large': 413,
  unauthorized: 401,
  forbidden: 403,
  'too-many-requests': 429,
  internal: 500,
} as const satisfies Record<ProblemCode, number>;

export function answerProblem(call: Call, problem: Problem): void {
  call.answerJson(problem, STATUSES[problem.error]);
}
