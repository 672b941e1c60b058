// A man-in-the-middle proxy for your own machine: programs that believe they talk to https://api.openai.com reach the
// gateway instead. One port takes both ways in, told apart by the first byte a client sends:
//   - TLS, from a client whose host name was pointed here: the certificate is made for the name it asks for (SNI);
//   - HTTP CONNECT, from a client told to use a proxy: the tunnel it asks for ends here, in the same TLS server.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { createIssuer, openAuthority } from './certificates.mjs';
import { createForwarder } from './forward.mjs';

const TLS_HANDSHAKE = 0x16;
const IDLE_MS = 10 * 60 * 1000;

const port = Number(process.env.MITM_LOCAL_PORT ?? 8443);
const upstreamUrl = process.env.UPSTREAM ?? 'http://127.0.0.1:20128';
const certFolder = process.env.CERT_DIR ?? '.omniroute/mitm/certs';

const sockets = new Set();
const inFlight = new Set();

function fail(message) {
  console.error(`❌ ${message}`);
  process.exit(1);
}

function explainListenError(error) {
  if (error.code === 'EADDRINUSE') return `Port ${port} already in use`;
  if (error.code === 'EACCES') return `Permission denied for port ${port}`;
  return `Cannot listen on port ${port}: ${error.message}`;
}

/** Watches over a client's connection for as long as it lasts. */
function accept(socket, servers) {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  socket.on('error', (error) => console.log(`client ${socket.remoteAddress ?? '-'}: ${error.message}`));
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  dispatch(socket, servers);
}

/** Hands a connection, or the tunnel inside it, to the server that speaks its language. */
function dispatch(socket, servers) {
  socket.once('readable', () => {
    const firstBytes = socket.read();
    if (firstBytes === null) return; // closed without a word
    socket.unshift(firstBytes);
    (firstBytes[0] === TLS_HANDSHAKE ? servers.https : servers.http).emit('connection', socket);
  });
}

/** The two servers behind the port; neither listens itself. */
function createServers(issuer, forward) {
  const serve = (request, response) => {
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
    forward(request, response);
  };
  const SNICallback = (host, done) => issuer.contextFor(host).then((context) => done(null, context), done);
  const servers = { http: createHttpServer(serve), https: createHttpsServer({ ...issuer.fallback, SNICallback }, serve) };
  for (const server of Object.values(servers)) server.on('clientError', refuse);
  servers.https.on('tlsClientError', (error) => console.log(`TLS handshake failed: ${error.reason ?? error.message}`));
  servers.http.on('connect', (_request, socket, head) => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    dispatch(socket, servers);
  });
  return servers;
}

/** Answers what is not HTTP, or has too many headers; Node's own answer is cut off on TLS before the client has it. */
function refuse(error, socket) {
  if (!socket.writable) return socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

async function main() {
  const upstream = URL.canParse(upstreamUrl) ? new URL(upstreamUrl) : null;
  if (!upstream?.protocol.startsWith('http')) fail(`UPSTREAM is not an http(s) URL: ${upstreamUrl}`);
  const authority = await openAuthority(certFolder).catch((error) => fail(`Cannot keep certificates in ${certFolder}: ${error.message}`));
  if (authority.created) console.log(`Made a certificate authority: ${authority.path}`);
  const issuer = await createIssuer(authority);

  const servers = createServers(issuer, createForwarder(upstream));
  // On loopback only: whoever reaches this port is served as if it were any site they name.
  const listener = createTcpServer((socket) => accept(socket, servers));
  listener.once('error', (error) => fail(explainListenError(error)));
  listener.listen(port, '127.0.0.1', () => console.log(`🚀 MITM ready on :${listener.address().port} → ${upstream.origin}`));
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => shutDown(signal, listener));
}

/** Lets the requests in flight finish, then closes what is only kept open. */
async function shutDown(signal, listener) {
  listener.close();
  console.log(`${signal}: closing ${sockets.size} connection(s), ${inFlight.size} request(s) in flight`);
  await Promise.all([...inFlight].map((response) => once(response, 'close')));
  for (const socket of sockets) socket.destroy();
}

await main();
