import { createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';

/** A TCP port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = await listen(0);
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A port that this test process holds until `release`, or the end of the test. */
export async function takePort(context: TestContext, wanted = 0): Promise<{ readonly port: number; release(): Promise<void> }> {
  const server = await listen(wanted);
  const release = (): Promise<void> => new Promise((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
  context.after(release);
  return { port: portOf(server), release };
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server)));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
