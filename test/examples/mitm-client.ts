// The two ways a client reaches the proxy, in Node's own words, and the proxy with an upstream of the test's.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type ExampleProcess, startExample } from './example-process.ts';

export interface Mitm {
  process: ExampleProcess;
  port: number;
  certs: string;
  ca: string;
}

export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'mitm-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

export async function startMitm(t: TestContext, upstream: string, certs = join(makeFolder(t), 'certs')): Promise<Mitm> {
  const process = startExample(t, 'mitm/server.mjs', { MITM_LOCAL_PORT: '0', UPSTREAM: upstream, CERT_DIR: certs });
  const [, port] = await process.printed(/MITM ready on :(\d+) → /);
  return { process, port: Number(port), certs, ca: readFileSync(join(certs, 'ca.pem'), 'utf8') };
}

export async function startUpstream(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function textOf(response: IncomingMessage): Promise<string> {
  return (await response.setEncoding('utf8').toArray()).join('');
}

export interface Asked {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** As a program does whose host name was pointed to the proxy. */
export async function askByName(
  mitm: Mitm,
  host: string,
  { path = '/', method = 'GET', headers, body }: Asked = {},
): Promise<IncomingMessage> {
  const options = { host: '127.0.0.1', port: mitm.port, servername: host, ca: mitm.ca, agent: false as const };
  const outgoing = requestHttps({ ...options, path, method, headers: { host, ...headers } });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return response;
}

/** As a program does that was told to use a proxy. */
export async function askByConnect(
  mitm: Mitm,
  host: string,
  { path = '/', method = 'GET', headers, body }: Asked = {},
): Promise<IncomingMessage> {
  const socket = await openTunnel(mitm, host);
  const agent = Object.assign(new Agent({ keepAlive: false }), { createConnection: () => socket });
  const outgoing = requestHttps({ host, path, method, headers: { ...headers }, agent });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return response;
}

export async function openTunnel(mitm: Mitm, host: string): Promise<TLSSocket> {
  const socket = connectTls({ socket: await connectThrough(mitm, `${host}:443`), servername: host, ca: mitm.ca });
  await once(socket, 'secureConnect');
  return socket;
}

/** What CONNECT leads to, before anything was said through it. */
export async function connectThrough(mitm: Mitm, target: string): Promise<Socket> {
  const connect = requestHttp({ host: '127.0.0.1', port: mitm.port, method: 'CONNECT', path: target });
  connect.end();
  const [response, socket] = await once(connect, 'connect');
  if (response.statusCode !== 200) throw new Error(`CONNECT was answered ${response.statusCode}`);
  return socket;
}
