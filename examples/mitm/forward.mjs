// One request on its way: from the client to the upstream gateway, and the answer back, both as streams.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream';

// They speak of one connection only and must not be passed on (RFC 9110, section 7.6.1).
const HOP_BY_HOP =
  'connection,keep-alive,proxy-authenticate,proxy-authorization,proxy-connection,te,trailer,transfer-encoding,upgrade'.split(',');

/** Returns a request listener that sends everything to `upstream` (a URL), and answers 502 where that is not possible. */
export function createForwarder(upstream) {
  const open = upstream.protocol === 'https:' ? requestHttps : requestHttp;
  return (request, response) => {
    const startedAtMs = performance.now();
    let outgoing = null;
    response.once('close', () => {
      outgoing?.destroy();
      const outcome = response.writableFinished ? response.statusCode : 'cut off';
      console.log(`${request.headers.host} ${request.method} ${request.url} ${outcome} ${Math.round(performance.now() - startedAtMs)}ms`);
    });

    try {
      // A kept connection may be one that a restarted gateway has forgotten, so each request opens its own.
      outgoing = open(upstream, {
        method: request.method,
        path: pathOf(request, upstream),
        headers: headersFor(request, upstream),
        agent: false,
      });
    } catch (error) {
      return answerError(response, 400, `This request cannot be forwarded: ${error.message}`);
    }
    outgoing.on('error', (error) => {
      // Once an answer has begun it may still be whole: its own stream decides, not a failure to send the rest of the request.
      if (response.headersSent || response.destroyed) return;
      const reason = error.message || error.code;
      console.error(`upstream ${upstream.origin} cannot be reached: ${reason}`);
      answerError(response, 502, `The gateway behind this proxy, ${upstream.origin}, cannot be reached: ${reason}`);
    });
    outgoing.once('response', (incoming) => {
      response.writeHead(incoming.statusCode, endToEnd(incoming.headers));
      // An answer that breaks off destroys `response`, which the client sees and the line above logs as cut off.
      pipeline(incoming, response, () => {});
    });
    request.pipe(outgoing);
  };
}

/** A request to a proxy may name its target in full, `GET http://host/path`; only the path counts, the host is the upstream's. */
function pathOf(request, upstream) {
  const { url } = request;
  const path = url.startsWith('/') ? url : new URL(url).pathname + new URL(url).search;
  return upstream.pathname.replace(/\/$/, '') + path;
}

function headersFor(request, upstream) {
  const { host, expect, ...headers } = endToEnd(request.headers);
  const framing = request.headers['transfer-encoding'] ? { 'transfer-encoding': 'chunked' } : {};
  return {
    ...headers,
    ...framing,
    host: upstream.host,
    'x-forwarded-host': host ?? '',
    'x-forwarded-proto': request.socket.encrypted ? 'https' : 'http',
    'x-forwarded-for': [headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
  };
}

function endToEnd(headers) {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name) && !named.includes(name)));
}

function answerError(response, status, message) {
  const text = `${JSON.stringify({ error: { message, type: 'proxy_error' } })}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
