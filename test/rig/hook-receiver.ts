// Somebody who is told by webhook: answers as the test says, and keeps what it was sent.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { within } from './within.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface HookReceiver {
  readonly url: string;
  /** All so far, refused ones too. */
  readonly received: readonly Received[];
  /** Each request takes the next one; 200 when there is none left, `silence` never answers. */
  readonly answers: (number | 'silence')[];
  /** The nth request, from 1, as soon as it is there. */
  request(nth: number): Promise<Received>;
  close(): Promise<void>;
}

export async function openHookReceiver(): Promise<HookReceiver> {
  const received: Received[] = [];
  const answers: (number | 'silence')[] = [];
  const looks = new Set<() => void>();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) as Received['body'] });
    const answer = answers.shift() ?? 200;
    if (answer !== 'silence') response.writeHead(answer, { location: '/elsewhere' }).end('thanks');
    for (const look of looks) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    request: (nth) =>
      within(
        () => `request ${nth} of the webhook, of which there were ${received.length}`,
        new Promise((found) => {
          const look = (): void => {
            const request = received[nth - 1];
            if (request !== undefined) found(request);
          };
          looks.add(look);
          look();
        }),
      ),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
