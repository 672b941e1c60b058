// Asks a service whether it is able to serve.
import type { Probe } from '../spec.ts';
import { type ProbeOptions, probeExec } from './probe-exec.ts';
import { probeHttp } from './probe-http.ts';
import { probeTcp } from './probe-tcp.ts';

/** One attempt. Null: success; else the reason in a few words: `connection refused`, `HTTP 500`, `timed out after 10s`. Never rejects. */
export function runProbe(probe: Probe, options: ProbeOptions): Promise<string | null> {
  switch (probe.type) {
    case 'http':
      return probeHttp(probe, options.timeoutMs);
    case 'tcp':
      return probeTcp(probe, options.timeoutMs);
    case 'exec':
      return probeExec(probe, options);
  }
}
