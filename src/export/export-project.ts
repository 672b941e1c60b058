// The project in the language of another engine.
import { exportCompose } from './compose.ts';
import type { Exported, ExportRequest } from './exported.ts';
import { exportKubernetes } from './kubernetes.ts';
import { exportNomad } from './nomad.ts';
import { exportSystemd } from './systemd.ts';

export const ENGINES = { compose: exportCompose, kubernetes: exportKubernetes, nomad: exportNomad, systemd: exportSystemd } as const;
export type Engine = keyof typeof ENGINES;

/** Files, and whatever of the project is not in them. Pure. */
export function exportProject(engine: Engine, request: ExportRequest): Exported {
  return ENGINES[engine](request);
}
