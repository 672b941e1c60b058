// A small AI gateway that speaks OpenAI's chat protocol and answers with an echo: plain node:http, no dependency.
// It behaves as a service should: it says when it is ready, answers a health check, logs each request,
// names a busy port and exits, and on SIGTERM finishes the requests in flight before it leaves.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

const host = process.env.HOSTNAME ?? '127.0.0.1';
const port = Number(process.env.PORT ?? 20128);
const MAX_BODY_BYTES = 1024 * 1024;
const WORD_DELAY_MS = 20;

let served = 0;
const inFlight = new Set();

const routes = {
  'GET /': (_request, response) => send(response, 200, 'text/plain', `gateway: ${served} request(s) served, see /api/monitoring/health\n`),
  'GET /api/monitoring/health': (_request, response) => sendJson(response, 200, health()),
  'POST /v1/chat/completions': completeChat,
};

function health() {
  return { status: 'ok', uptimeSeconds: Math.floor(process.uptime()), served, inFlight: inFlight.size };
}

/** Answers like a model that repeats the last user message, at once or, with `stream: true`, word by word. */
async function completeChat(request, response) {
  const body = await readJson(request);
  if (!Array.isArray(body.messages)) throw new BadRequest(400, '`messages` must be a list');
  const model = typeof body.model === 'string' ? body.model : 'echo';
  const prompt = textOf(body.messages.findLast((message) => message?.role === 'user')?.content);
  const reply = `You said: ${prompt}`;
  const common = { id: `chatcmpl-${crypto.randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  if (body.stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    await pipeline(streamChunks(common, reply), response);
    return;
  }
  const [promptTokens, completionTokens] = [countWords(prompt), countWords(reply)];
  sendJson(response, 200, {
    ...common,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: reply }, finish_reason: 'stop' }],
    usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens },
  });
}

async function* streamChunks(common, reply) {
  const chunk = (delta, finishReason) =>
    `data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finishReason }] })}\n\n`;
  yield chunk({ role: 'assistant', content: '' }, null);
  for (const word of reply.match(/\s*\S+/g) ?? []) {
    yield chunk({ content: word }, null);
    await delay(WORD_DELAY_MS);
  }
  yield chunk({}, 'stop');
  yield 'data: [DONE]\n\n';
}

/** A message's content is a string or a list of parts, of which only the text ones can be echoed. */
function textOf(content) {
  if (Array.isArray(content)) return content.map((part) => part?.text ?? '').join('');
  return typeof content === 'string' ? content : '';
}

function countWords(text) {
  return text.split(/\s+/).filter(Boolean).length;
}

class BadRequest extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function readJson(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // Read on to the end without keeping it: a connection closed under a client that still writes loses the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new BadRequest(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
  try {
    return Object(JSON.parse(Buffer.concat(chunks).toString()));
  } catch (error) {
    throw new BadRequest(400, `the body is not JSON: ${error.message}`);
  }
}

function send(response, status, type, text) {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function sendJson(response, status, value) {
  send(response, status, 'application/json', `${JSON.stringify(value)}\n`);
}

/** A request that fails is answered in OpenAI's error shape; one whose client has left is only logged. */
async function handle(request, response) {
  const route = routes[`${request.method} ${request.url.split('?', 1)[0]}`];
  try {
    if (!route) throw new BadRequest(404, `there is no ${request.method} ${request.url}`);
    await route(request, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) return response.destroy();
    sendJson(response, error.status ?? 500, {
      error: { message: error.message, type: error.status ? 'invalid_request_error' : 'server_error' },
    });
  }
}

const server = createServer((request, response) => {
  const startedAtMs = performance.now();
  const client = request.socket.remoteAddress;
  inFlight.add(response);
  response.once('close', () => {
    inFlight.delete(response);
    served += 1;
    const outcome = response.writableFinished ? response.statusCode : 'client left';
    console.log(`${client} ${request.method} ${request.url} ${outcome} ${Math.round(performance.now() - startedAtMs)}ms`);
    if (!server.listening) leaveOnceDrained();
  });
  handle(request, response);
});

async function shutDown(signal) {
  server.close();
  console.log(`${signal}: draining ${inFlight.size} request(s)`);
  leaveOnceDrained();
  await once(server, 'close');
  console.log('bye');
}

// A kept-alive connection, or one that never sent a request, would hold the process until it times out.
function leaveOnceDrained() {
  if (inFlight.size === 0) server.closeAllConnections();
}

server.once('error', (error) => {
  // Node's own text: "Error: listen EADDRINUSE: address already in use 127.0.0.1:20128"
  console.error(String(error));
  process.exitCode = 1;
});
server.listen(port, host, () => console.log(`gateway ready on http://${host}:${server.address().port}`));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, shutDown);
