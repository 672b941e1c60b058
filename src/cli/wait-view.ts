import type { RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import type { Invocation } from './invocation.ts';
import { openLiveView } from './live-view.ts';

/** What a wait tells of, as `awaitServices` calls it. */
export interface WaitView {
  readonly onEntry: (entry: RecordedEntry) => void;
  readonly onServices: (services: readonly ServiceSnapshot[]) => void;
  readonly close: () => void;
}

/** What people watch while a command waits; with --json its end is all that is told. `names`: of whose entries; null: of all. */
export function openWaitView(invocation: Invocation, names: readonly string[] | null): WaitView {
  const view = openLiveView({ ...invocation, quiet: invocation.quiet || invocation.json }, { json: false });
  const isShown = ({ service }: RecordedEntry): boolean => names === null || (service !== null && names.includes(service));
  return { onEntry: (entry) => isShown(entry) && view.entry(entry), onServices: view.show, close: view.close };
}
