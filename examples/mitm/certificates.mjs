// The certificates of the proxy: one authority, kept on disk so that a client has to trust it only once,
// and a certificate for every host name a client asks for, kept in memory only.
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 730;
const RENEW_BEFORE_DAYS = 30;
const HOST_DAYS = 365;
const MAX_CACHED_HOSTS = 500;
const HOST_NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;

/**
 * The authority kept in `folder`, or a new one where there is none, it is about to expire, or its key is another's.
 * Returns `{ key, cert, path, created }`; throws where the folder cannot be read or written.
 */
export async function openAuthority(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const paths = { key: join(folder, 'ca.key'), cert: join(folder, 'ca.pem') };
  const kept = readAuthority(paths);
  if (kept) return { ...kept, path: paths.cert, created: false };

  // The time in the name keeps a renewed authority apart from the one that clients may still trust.
  const { private: key, cert } = await generate([{ name: 'commonName', value: `omniroute example authority ${Date.now()}` }], {
    ...issued(AUTHORITY_DAYS),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  replaceFile(paths.key, key);
  replaceFile(paths.cert, cert);
  return { key, cert, path: paths.cert, created: true };
}

/**
 * Issues certificates signed by `authority`: `contextFor(host)` gives a TLS context for a host name, and
 * `fallback` the key and certificate for a client that names no host, because it came by address.
 */
export async function createIssuer(authority) {
  // One key serves every host: making a key is the slow part, and all of them live in this process anyway.
  const keyPair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const issue = async (altNames) => {
    const { cert } = await generate([{ name: 'commonName', value: 'omniroute example proxy' }], {
      ...issued(HOST_DAYS),
      keyPair,
      ca: authority,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    });
    return { key: keyPair.privateKey, cert };
  };

  const cache = new Map();
  const contextFor = (host) => {
    if (!HOST_NAME.test(host)) return Promise.reject(new Error(`no certificate for the host name ${JSON.stringify(host)}`));
    const cached = cache.get(host);
    if (cached && cached.untilMs > Date.now()) return cached.context;
    // The name comes from the client, so the cache is bounded: the oldest entry makes room.
    if (cache.size >= MAX_CACHED_HOSTS) cache.delete(cache.keys().next().value);
    const context = issue([{ type: 2, value: host }]).then(createSecureContext);
    cache.set(host, { context, untilMs: Date.now() + (HOST_DAYS - 1) * DAY_MS });
    return context;
  };
  const fallback = await issue([
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ]);
  return { contextFor, fallback };
}

/** The kept pair, or null where it has to be made anew. */
function readAuthority(paths) {
  if (!existsSync(paths.key) || !existsSync(paths.cert)) return null;
  const [key, cert] = [readFileSync(paths.key, 'utf8'), readFileSync(paths.cert, 'utf8')];
  try {
    const parsed = new X509Certificate(cert);
    const valid = Date.parse(parsed.validTo) > Date.now() + RENEW_BEFORE_DAYS * DAY_MS;
    return valid && parsed.checkPrivateKey(createPrivateKey(key)) ? { key, cert } : null;
  } catch (error) {
    console.error(`The authority in ${paths.cert} cannot be used (${error.message}); making a new one`);
    return null;
  }
}

/** What every certificate has in common; valid since an hour ago for clients whose clock is slow. */
function issued(days) {
  const now = Date.now();
  return { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(now - DAY_MS / 24), notAfterDate: new Date(now + days * DAY_MS) };
}

/** Written aside and renamed, so that a reader, or a crash in between, never meets half a file. */
function replaceFile(path, text) {
  const aside = `${path}.new`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, path);
}
