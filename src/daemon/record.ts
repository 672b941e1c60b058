import { hasRun, type SupervisorState } from '../supervisor/state.ts';
import type { RunRegistry } from './run-registry.ts';
import { describeHandedOver, describeStandings, type RecordOptions } from './standings.ts';
import type { RunRecord, StateContent } from './state-file.ts';

/** What the next supervisor would need to take over now. */
export function recordOf(
  state: SupervisorState,
  runs: RunRegistry,
  options: Omit<RecordOptions, 'nonce'>,
): Omit<StateContent, 'autoPorts' | 'scale' | 'schedules'> {
  const records = runs.all().flatMap(({ service, run, identity, marker, cgroup, startedAtMs, fingerprint }): RunRecord[] => {
    const known = state.services.get(service);
    if (!known) return [];
    const ready = hasRun(known.phase) && known.phase.run.number === run && known.phase.run.readyAtMs !== null;
    const { restarts, outputs, spec } = known;
    // For a service that the file will no longer know: its stop command could hold a secret, and would lack its environment.
    const stop = { ...spec.stop, command: null };
    return [{ service, run, identity, marker, cgroup, startedAtMs, ready, restarts, outputs, fingerprint, stop }];
  });
  const handedOver = options.handsOver ? describeHandedOver(state, options.mask) : null;
  return {
    generation: state.generation,
    runs: records,
    standings: describeStandings(state, { ...options, nonce: runs.nonce }),
    handedOver,
  };
}
