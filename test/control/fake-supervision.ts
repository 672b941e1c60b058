// A supervision whose journal and services the test writes, served over a real socket in a folder of its own.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ControlServer, serveControl } from '../../src/control/api.ts';
import type { ControlCommand, ControlOutcome, RecordedEntry, Supervision, UsageHistory } from '../../src/control/protocol.ts';
import type { ProjectSnapshot, ServiceSnapshot, WhyReport } from '../../src/supervisor/snapshot.ts';

export class FakeSupervision implements Supervision {
  services: ServiceSnapshot[] = [fakeService('server'), fakeService('tunnel/cloudflared')];
  outcome: ControlOutcome = { ok: true, message: 'done', seq: 7 };
  readonly submitted: { readonly command: ControlCommand; readonly actor: string }[] = [];
  readonly listeners = new Set<(entry: RecordedEntry) => void>();
  readonly #entries: RecordedEntry[] = [];
  crashes: { service: string; cause: string; count: number }[] = [];

  say(text: string): RecordedEntry {
    const entry: RecordedEntry = { seq: this.#entries.length + 1, time: 1_700_000_000_000, type: 'ready', service: 'server', run: 1, text };
    this.#entries.push(entry);
    for (const listener of [...this.listeners]) listener(entry);
    return entry;
  }

  snapshot({ usage }: { readonly usage: boolean }): ProjectSnapshot {
    return {
      schema: 1,
      name: 'shop',
      dir: '/srv/shop',
      stateDir: '/srv/shop/.omniroute',
      pid: 4242,
      version: '1.2.3',
      startedAt: 1_700_000_000_000,
      generation: 3,
      mode: 'detached',
      phase: 'running',
      seq: this.#entries.length,
      degraded: [],
      file: { status: 'current', paths: ['/srv/shop/omniroute.yaml'], reason: null, diagnostics: [], loadedAt: 1_700_000_000_000 },
      services: this.services.map((service) => (usage ? { ...service, cpuPercent: 12.5, memoryBytes: 1024 } : service)),
    };
  }

  usage(): UsageHistory {
    return {
      stepMs: 10_000,
      times: [1_700_000_000_000, 1_700_000_010_000],
      services: { server: { cpuPercent: [null, 12.5], memoryBytes: [1024, 2048] } },
    };
  }

  why(service: string): WhyReport | null {
    const state = this.services.find(({ name }) => name === service)?.state;
    return state === undefined
      ? null
      : { service, state, chain: [{ text: 'it is so', at: null, place: 'omniroute.yaml:3:1' }], crashReport: null };
  }

  async submit(command: ControlCommand, actor: string): Promise<ControlOutcome> {
    this.submitted.push({ command, actor });
    return this.outcome;
  }

  subscribe(afterSeq: number, listener: (entry: RecordedEntry) => void): () => void {
    for (const entry of this.#entries) if (entry.seq > afterSeq) listener(entry);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  crashCounts(): readonly { service: string; cause: string; count: number }[] {
    return this.crashes;
  }
}

export function fakeService(name: string, given: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name,
    description: null,
    type: 'service',
    schedule: null,
    start: 'auto',
    nextRunAt: null,
    containment: null,
    awaitsTurn: false,
    overlaps: false,
    completes: false,
    state: 'ready',
    desired: 'up',
    enabled: true,
    optional: false,
    run: 1,
    pid: 4300,
    startedAt: 1_700_000_000_000,
    readyAt: 1_700_000_000_500,
    since: 1_700_000_000_500,
    nextAt: null,
    restarts: 2,
    attempt: 0,
    maxAttempts: 10,
    why: '-',
    blockedBy: [],
    lastEnd: null,
    dependsOn: [],
    ports: { http: 20128 },
    sockets: { http: { listen: '127.0.0.1:20129', held: true } },
    outputs: {},
    memoryBytes: null,
    memoryLimitBytes: null,
    memoryLimits: { warnBytes: null, softBytes: null, hardBytes: null },
    cpuPercent: null,
    logFile: `/nowhere/${name}/log`,
    droppedBytes: 0,
    ...given,
  };
}

export function temporaryFolder(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'omniroute-control-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Served {
  readonly supervision: FakeSupervision;
  readonly server: ControlServer;
  readonly socket: string;
  readonly folder: string;
}

export const TOKEN = 'correct-horse-battery-staple';

export async function serve(t: TestContext, given: { readonly tcp?: boolean; readonly socket?: string } = {}): Promise<Served> {
  const folder = temporaryFolder(t);
  const socket = given.socket ?? join(folder, 'control.sock');
  const supervision = new FakeSupervision();
  const server = await serveControl({
    supervision,
    socketPath: socket,
    tcp: given.tcp ? { host: '127.0.0.1', port: 0, token: TOKEN } : null,
  });
  t.after(() => server.close());
  return { supervision, server, socket, folder };
}
