import { hasRun, type SupervisorState } from '../supervisor/state.ts';
import type { RunRegistry } from './run-registry.ts';
import type { RunRecord, StateRecord } from './state-file.ts';

/** What the next supervisor would need to take over now. */
export function recordOf(
  state: SupervisorState,
  runs: RunRegistry,
  autoPorts: Readonly<Record<string, number>>,
  { ended }: { readonly ended: boolean },
): Omit<StateRecord, 'schema'> {
  const records = runs.all().flatMap(({ service, run, identity, marker, startedAtMs, fingerprint }): RunRecord[] => {
    const known = state.services.get(service);
    if (!known) return [];
    const ready = hasRun(known.phase) && known.phase.run.number === run && known.phase.run.readyAtMs !== null;
    const { restarts, outputs, spec } = known;
    return [{ service, run, identity, marker, startedAtMs, ready, restarts, outputs, fingerprint, stop: spec.stop }];
  });
  return { generation: state.generation, nonce: ended ? null : runs.nonce, autoPorts, runs: records };
}
