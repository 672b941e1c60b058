import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { startExample } from './example-process.ts';
import { askByName, makeFolder, startMitm, startUpstream, textOf } from './mitm-client.ts';

const UPSTREAM = 'http://127.0.0.1:1';
const DAY_MS = 24 * 60 * 60 * 1000;

test("the authority's folder and its key are for its owner alone, also where the folder was open before", async (t) => {
  const certs = join(makeFolder(t), 'certs');
  mkdirSync(certs);
  chmodSync(certs, 0o755);
  await startMitm(t, UPSTREAM, certs);
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  assert.equal(modeOf(certs), '700');
  assert.equal(modeOf(join(certs, 'ca.key')), '600');
});

test('the authority is an authority for one level of certificates and signs nothing else', async (t) => {
  const { ca } = await startMitm(t, UPSTREAM);
  const authority = new X509Certificate(ca);
  assert.equal(authority.ca, true);
  assert.ok(authority.verify(authority.publicKey));
});

test('the authority is kept between runs, so that a client which trusts it is served again', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('ok'));
  const first = await startMitm(t, upstream);
  first.process.signal('SIGTERM');
  await first.process.exited;
  const second = await startMitm(t, upstream, first.certs);
  assert.equal(second.ca, first.ca);
  assert.equal(await textOf(await askByName({ ...second, ca: first.ca }, 'api.openai.com')), 'ok');
});

test('an authority that has expired, that is about to, that is damaged, or whose key is another one is replaced', async (t) => {
  const certs = makeFolder(t);
  const replaced = async (key: string, cert: string) => {
    writeFileSync(join(certs, 'ca.key'), key);
    writeFileSync(join(certs, 'ca.pem'), cert);
    const { process, ca } = await startMitm(t, UPSTREAM, certs);
    assert.match(process.output(), /Made a certificate authority/);
    assert.notEqual(ca, cert);
    assert.ok(Date.parse(new X509Certificate(ca).validTo) > Date.now() + 365 * DAY_MS);
    process.signal('SIGTERM');
    await process.exited;
    return { key: readFileSync(join(certs, 'ca.key'), 'utf8'), cert: ca };
  };
  const authority = (days: number) =>
    generate([{ name: 'commonName', value: 'old' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(Date.now() - 400 * DAY_MS),
      notAfterDate: new Date(Date.now() + days * DAY_MS),
      extensions: [{ name: 'basicConstraints', cA: true }],
    });
  const expired = await authority(-1);
  const soon = await authority(5);
  await replaced(expired.private, expired.cert);
  const good = await replaced(soon.private, soon.cert);
  await replaced(soon.private, good.cert);
  await replaced('no key', 'no certificate');
});

test('a folder that cannot be used is named, with exit code 1', async (t) => {
  const file = join(makeFolder(t), 'file');
  writeFileSync(file, '');
  const process = startExample(t, 'mitm/server.mjs', { UPSTREAM, CERT_DIR: join(file, 'certs') });
  assert.deepEqual(await process.exited, { code: 1, signal: null });
  assert.match(process.output(), /^❌ Cannot keep certificates in .*\/file\/certs: ENOTDIR/);
});
