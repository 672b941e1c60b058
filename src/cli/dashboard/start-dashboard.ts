// What `dashboard` and `up --dashboard` share: the server with a fresh token, its address told, a browser where there is one.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { currentSocket } from '../../control/socket-link.ts';
import { serveDashboard } from '../../dashboard/dashboard-server.ts';
import { readPageFiles } from '../../dashboard/page-files.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { createToken } from '../up/listen-token.ts';
import { findOpener, openBrowser } from './open-browser.ts';

/** For a browser to start and read the file that leads it here. */
const OPENED_WITHIN_MS = 30_000;

export interface DashboardRequest {
  /** 0: any free one. */
  readonly port: number;
  readonly opens: boolean;
  /** Where the supervisor listens; null: not yet. */
  readonly findSocket: () => string | null;
}

export interface OpenDashboard {
  readonly ok: true;
  /** Tells the address and opens a browser; `stateDir` exists by now. */
  announce(stateDir: string): void;
  close(): Promise<void>;
}

/** A port that is taken is a refusal, before anything else has begun. */
export async function startDashboard(
  invocation: Invocation,
  { port, opens, findSocket }: DashboardRequest,
): Promise<OpenDashboard | Refusal> {
  const files = readPageFiles(join(dirname(realpathSync(process.argv[1] as string)), '..', 'web'));
  const server = await serveDashboard({ port, token: createToken(), files, findSocket });
  if (!server.ok) return refuse(EXIT.serviceFailed, server.message, 'without a port any free one is taken; --port names another');
  let forget = (): void => undefined;
  return {
    ok: true,
    announce: (stateDir) => {
      if (invocation.json) printJson(invocation, { url: server.url, port: server.port });
      else invocation.out.write(`dashboard at ${server.url}\n`);
      const opener = opens ? findOpener(process.platform, invocation.env) : null;
      if (opener === null) return;
      forget = openBrowser(server.url, { opener, folder: join(stateDir, 'supervisor') });
      setTimeout(forget, OPENED_WITHIN_MS).unref();
      note(invocation, 'opening it in the browser');
    },
    close: async () => {
      forget();
      await server.close();
    },
  };
}

/** The socket of whoever supervises the project now: after `down` and `up` it may be elsewhere. */
export function socketFinder(stateDir: string, known: string | null): () => string | null {
  return () => currentSocket(stateDir, known);
}
