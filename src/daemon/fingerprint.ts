import { createHash } from 'node:crypto';
import type { ServiceSpec } from '../spec.ts';

/** Of everything that needs a new process to change: equal exactly where a running process is still the one the file asks for. */
export function fingerprint(spec: ServiceSpec, nonce: string): string {
  const { command, cwd, env, inheritEnv, ports, sockets, memory } = spec;
  // The nonce keeps a guessed secret from being confirmed by the hash of an environment.
  const text = JSON.stringify([nonce, command, cwd, Object.entries(env).sort(), inheritEnv, ports, sockets, memory.heapBytes]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
