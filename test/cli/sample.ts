// Snapshots to render; each test names only what it is about.

import picocolors from 'picocolors';
import type { ProjectSnapshot, RecordedEntry, ServiceSnapshot } from '../../src/control/protocol.ts';

/** The instant of all samples: renderers get it as `nowMs`. */
export const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
export const PLAIN = picocolors.createColors(false);
export const COLORED = picocolors.createColors(true);

export function sampleService(given: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name: 'server',
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
    pid: 40213,
    startedAt: NOW_MS - 7_380_000,
    readyAt: NOW_MS - 7_379_000,
    since: NOW_MS - 7_379_000,
    nextAt: null,
    restarts: 0,
    attempt: 0,
    maxAttempts: 10,
    why: '-',
    blockedBy: [],
    lastEnd: null,
    dependsOn: [],
    ports: {},
    sockets: {},
    outputs: {},
    memoryBytes: null,
    memoryLimitBytes: null,
    memoryLimits: { warnBytes: null, softBytes: null, hardBytes: null },
    cpuPercent: null,
    logFile: '/project/.omniroute/server/log',
    droppedBytes: 0,
    ...given,
  };
}

export function stoppedService(name: string): ServiceSnapshot {
  return sampleService({ name, state: 'stopped', desired: 'down', run: null, pid: null, startedAt: null, readyAt: null });
}

export function sampleProject(given: Partial<ProjectSnapshot> = {}): ProjectSnapshot {
  return {
    schema: 1,
    name: 'shop',
    dir: '/project',
    stateDir: '/project/.omniroute',
    pid: 4000,
    version: '0.0.0',
    startedAt: NOW_MS - 60_000,
    generation: 3,
    mode: 'detached',
    phase: 'running',
    seq: 10,
    degraded: [],
    services: [sampleService()],
    file: { status: 'current', paths: ['/project/omniroute.yaml'], reason: null, diagnostics: [], loadedAt: NOW_MS - 60_000 },
    ...given,
  };
}

export function sampleEntry(given: Partial<RecordedEntry> = {}): RecordedEntry {
  return { type: 'ready', service: 'server', run: 1, text: 'ready', seq: 11, time: NOW_MS, ...given };
}
