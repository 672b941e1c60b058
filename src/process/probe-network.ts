// What http and tcp probes share: the addresses behind a name, and the words for what went wrong.
import { describeTimeout } from './timeout.ts';

/** Lower case, as the system names it. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EADDRNOTAVAIL: 'address not available',
  EAFNOSUPPORT: 'address not available',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found: no answer from the name server',
  EMFILE: 'out of file descriptors',
};
const MAX_REASON_LENGTH = 200;

/** A server bound to one of the two is reached by the name on some machines only; so the probe asks both. */
export function addressesOf(host: string): readonly string[] {
  return host.toLowerCase() === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}

export function describeError(error: NodeJS.ErrnoException): string {
  const { code = '' } = error;
  return REASONS[code] ?? (code.startsWith('HPE_') ? 'not an HTTP answer' : error.message || code).slice(0, MAX_REASON_LENGTH);
}

/**
 * Attempts all addresses at once, within one timeout. Null as soon as one succeeds; else the most telling reason: one that
 * answered wrongly says more than one that refused. `attempt` must let go of everything when its signal is aborted.
 */
export async function probeAddresses(
  host: string,
  timeoutMs: number,
  attempt: (address: string, signal: AbortSignal) => Promise<string | null>,
): Promise<string | null> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(describeTimeout(timeoutMs)), timeoutMs);
  const reasons: string[] = [];
  try {
    return await new Promise<string | null>((resolve) => {
      const addresses = addressesOf(host);
      for (const address of addresses) {
        const settle = (reason: string | null): void => {
          if (reason === null) return resolve(null);
          reasons.push(reason);
          if (reasons.length === addresses.length) resolve(mostTelling(reasons));
        };
        // It throws where the port or the path is none: they may come from another service's output.
        attempt(address, over.signal).then(settle, (error: Error) => settle(describeError(error)));
      }
    });
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

const SILENT: ReadonlySet<string> = new Set(['connection refused', 'address not available', 'network unreachable']);

function mostTelling(reasons: readonly string[]): string {
  return reasons.find((reason) => !SILENT.has(reason)) ?? (reasons[0] as string);
}
