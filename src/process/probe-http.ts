import type { ClientRequest, IncomingMessage } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import type { Probe } from '../spec.ts';
import { describeError, probeAddresses } from './probe-network.ts';

/** Enough for any health answer; a server that streams for ever is let go here. */
const MAX_BODY_BYTES = 1024 * 1024;

const HEADERS = { connection: 'close', 'user-agent': 'omniroute-probe' };
/** No pool: a kept connection would hold up the service's own stop. A service of this machine mostly has a certificate of its own making. */
const CONNECTION = { agent: false, rejectUnauthorized: false };

interface Target {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  /** Empty: the protocol's own. */
  readonly port: string;
  readonly path: string | null | undefined;
  readonly auth: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

type HttpProbe = Extract<Probe, { type: 'http' }>;

/** Succeeds when the answer has an expected status and a body that ends. A redirect is judged by its own status, not followed. */
export async function probeHttp(probe: HttpProbe, timeoutMs: number): Promise<string | null> {
  const target = parseTarget(probe.url);
  if (target === null) return `${probe.url} is no http or https URL`;
  // Loaded when first asked for: TLS costs memory that most projects never need.
  const { request } = target.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return probeAddresses(target.hostname, timeoutMs, (hostname, signal) =>
    attempt(() => request({ ...target, hostname, ...CONNECTION }), probe, signal),
  );
}

// The URL may hold another service's output, so it can be wrong though the file was checked.
function parseTarget(text: string): Target | null {
  try {
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    const { auth = null, path } = urlToHttpOptions(url);
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    return { protocol: url.protocol, hostname, port: url.port, path, auth, headers: { ...HEADERS, host: url.host } };
  } catch {
    return null;
  }
}

function attempt(open: () => ClientRequest, probe: HttpProbe, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const request = open();
    let failure: string | null = null;
    const end = (reason: string | null): void => {
      signal.removeEventListener('abort', abort);
      request.destroy();
      resolve(reason);
    };
    const abort = (): void => end(failure ?? String(signal.reason));
    signal.addEventListener('abort', abort);
    request.on('error', (error) => end(describeError(error)));
    request.once('response', (response) => {
      failure = judge(response.statusCode as number, probe);
      response.on('error', (error) => end(failure ?? describeError(error)));
      drain(response, () => end(failure));
    });
    request.end();
  });
}

function judge(status: number, { statuses }: HttpProbe): string | null {
  return statuses.some(({ min, max }) => status >= min && status <= max) ? null : `HTTP ${status}`;
}

// A server whose client hangs up in the middle of an answer complains in its log, at every probe.
function drain(response: IncomingMessage, done: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) done();
  });
  response.once('end', done);
}
