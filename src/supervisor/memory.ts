// The memory ladder: warn, soft (planned restart when over it in 3 of the last 5 samples), hard (one sample, a crash).
import { isLive } from './state.ts';
import { beginKill, beginStop } from './stop.ts';
import type { Transition } from './transition.ts';

const SAMPLES = 5;
const SAMPLES_OVER = 3;

export function sendSample(t: Transition, name: string): void {
  const { phase, spec } = t.get(name);
  if (!isLive(phase)) return;
  const { warnBytes, softBytes, hardBytes } = spec.memory;
  const confirmAboveBytes = Math.min(
    warnBytes ?? Number.MAX_SAFE_INTEGER,
    softBytes ?? Number.MAX_SAFE_INTEGER,
    hardBytes ?? Number.MAX_SAFE_INTEGER,
  );
  t.enter(name, { ...phase, run: { ...phase.run, memory: { ...phase.run.memory, dueAtMs: null } } });
  t.order({ type: 'sample-usage', service: name, run: phase.run.number, confirmAboveBytes });
}

export function handleUsage(t: Transition, name: string, rssBytes: number): void {
  const { phase, spec } = t.get(name);
  if (!isLive(phase)) return;
  const { warnBytes, softBytes, hardBytes, periodMs } = spec.memory;
  const before = phase.run.memory;
  const overSoft = [...before.overSoft, softBytes !== null && rssBytes > softBytes].slice(-SAMPLES);
  const overWarn = warnBytes !== null && rssBytes > warnBytes;
  // On a common beat, so that one look at /proc serves every service.
  const dueAtMs = (Math.floor(t.nowMs / periodMs) + 1) * periodMs;
  t.enter(name, { ...phase, run: { ...phase.run, memory: { dueAtMs, rssBytes, overSoft, warned: overWarn } } });

  if (hardBytes !== null && rssBytes > hardBytes) return beginKill(t, name, { type: 'memory-hard', rssBytes });
  if (overSoft.filter(Boolean).length >= SAMPLES_OVER) return beginStop(t, name, { type: 'memory-soft', rssBytes });
  if (overWarn && !before.warned)
    t.announce(name, 'memory-warning', `${toMiB(rssBytes)} used, memory.warn is ${toMiB(warnBytes)}`, { run: phase.run.number });
}

function toMiB(bytes: number): string {
  return `${Math.round(bytes / 1048576)} MiB`;
}
