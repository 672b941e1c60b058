// Who may talk to the TCP port. The unix socket needs none of this: its file's mode says who may connect.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { Problem } from './problem.ts';

export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  /** `?token=`: for EventSource, which cannot set a header. */
  readonly queryToken: string | undefined;
}

export interface Gate {
  /** As configured: also a name that a request may be addressed to. */
  readonly host: string;
  readonly token: string;
}

/** Null where the caller may pass. What is refused never says what was given: it could be nearly the token. */
export function refuseAccess(caller: Caller, gate: Gate): Problem | null {
  const foreign = refuseForeign(caller, gate.host);
  if (foreign !== null) return foreign;
  const given = /^Bearer +(\S+)$/i.exec(caller.authorization ?? '')?.[1] ?? caller.queryToken;
  if (given === undefined) return { error: 'unauthorized', message: 'a token is needed: `Authorization: Bearer TOKEN` or ?token=TOKEN' };
  return isSameSecret(given, gate.token) ? null : { error: 'unauthorized', message: 'the token is wrong' };
}

/** Null where the request is addressed to this machine, and not by a page from elsewhere; `host`: the configured one. */
export function refuseForeign(caller: Pick<Caller, 'host' | 'origin'>, host: string): Problem | null {
  // A page at a name that its owner points to this machine is "same origin" to the browser; it cannot hide the name.
  const addressed = parseHost(caller.host);
  if (addressed === null || !isOwnName(addressed.hostname, host)) {
    return { error: 'forbidden', message: 'the Host header must be an address of this machine or localhost' };
  }
  if (caller.origin !== undefined && parseOrigin(caller.origin) !== addressed.host) {
    return { error: 'forbidden', message: 'requests of web pages from another origin are refused' };
  }
  return null;
}

function parseHost(header: string | undefined): URL | null {
  if (header === undefined || /[/?#@\\]/.test(header)) return null;
  return URL.canParse(`http://${header}`) ? new URL(`http://${header}`) : null;
}

function parseOrigin(origin: string): string | null {
  if (!URL.canParse(origin)) return null;
  const { protocol, host } = new URL(origin);
  return protocol === 'http:' ? host : null;
}

function isOwnName(hostname: string, configured: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return bare === 'localhost' || bare === configured.toLowerCase() || isIP(bare) !== 0;
}

/** Digests are compared, so that the time taken tells neither length nor content. */
function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
