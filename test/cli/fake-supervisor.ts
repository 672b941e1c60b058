// A supervisor as the command line sees it: a socket that answers what the test says, and the pointer that leads to it.

import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { projectPointer } from '../../src/control/project-pointer.ts';
import {
  type ControlCommand,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  type ProjectSnapshot,
  type RecordedEntry,
  type WhyReport,
} from '../../src/control/protocol.ts';
import { sampleProject } from './sample.ts';

export interface FakeSupervisor {
  snapshot: ProjectSnapshot;
  why: WhyReport | null;
  /** What the last command was, and how it is answered. */
  readonly commands: ControlCommand[];
  onCommand: (command: ControlCommand) => { readonly status: number; readonly body: object };
  /** Entries so far, and a new one to whoever listens. */
  say(entry: RecordedEntry): void;
  /** Streams end after the entries so far. */
  endsStreams: boolean;
  close(): Promise<void>;
}

/** Listens for the project of `file`; its runtime folder is `runtime`. */
export async function superviseFalsely(file: string, runtime: string): Promise<FakeSupervisor> {
  const socket = join(runtime, 'fake.sock');
  const entries: RecordedEntry[] = [];
  const listeners = new Set<ServerResponse>();
  const send = (response: ServerResponse, entry: RecordedEntry) => response.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
  const server = createServer(async (request, response) => {
    response.setHeader(PROTOCOL_HEADER, String(PROTOCOL_VERSION));
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const url = new URL(request.url ?? '', 'http://localhost');
    if (url.pathname === '/v1/project') return answer(200, fake.snapshot);
    if (url.pathname.endsWith('/why'))
      return fake.why === null ? answer(404, { error: 'unknown-service', message: 'none' }) : answer(200, fake.why);
    if (url.pathname === '/v1/commands') {
      let text = '';
      for await (const chunk of request) text += chunk;
      const command = JSON.parse(text) as ControlCommand;
      fake.commands.push(command);
      const { status, body } = fake.onCommand(command);
      return answer(status, body);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const entry of entries) if (entry.seq > Number(url.searchParams.get('after'))) send(response, entry);
    return fake.endsStreams ? response.end() : listeners.add(response);
  });
  server.listen(socket);
  await once(server, 'listening');
  const pointer = projectPointer(file, { XDG_RUNTIME_DIR: runtime }) as string;
  mkdirSync(dirname(pointer), { recursive: true, mode: 0o700 });
  writeFileSync(pointer, JSON.stringify({ files: [file], stateDir: join(runtime, 'state'), name: 'shop', socket, pid: process.pid }));
  const fake: FakeSupervisor = {
    snapshot: sampleProject(),
    why: null,
    commands: [],
    endsStreams: false,
    onCommand: () => ({ status: 200, body: { message: 'done', seq: fake.snapshot.seq } }),
    say(entry) {
      entries.push(entry);
      for (const listener of listeners) send(listener, entry);
    },
    async close() {
      for (const listener of listeners) listener.end();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return fake;
}
