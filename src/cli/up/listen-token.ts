import { randomBytes } from 'node:crypto';
import { type Invocation, note } from '../invocation.ts';
import type { UpRequest } from './up-request.ts';

// Not an argument: those can be read by every user of the machine.
export const TOKEN_VARIABLE = 'OMNIROUTE_TOKEN';

export type ListenAddress = { readonly host: string; readonly port: number; readonly token: string };

export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

/** The address with the token that a caller must show: the one in the environment, which is taken out of it, else a new one. No service inherits it. */
export function takeListenAddress(listen: UpRequest['listen'], env: NodeJS.ProcessEnv): ListenAddress | null {
  const given = env[TOKEN_VARIABLE];
  delete env[TOKEN_VARIABLE];
  return listen === null ? null : { ...listen, token: given || createToken() };
}

export function announceToken(invocation: Invocation, listen: ListenAddress | null): void {
  if (listen !== null) note(invocation, `control API at http://${listen.host}:${listen.port}, token ${listen.token}`);
}
