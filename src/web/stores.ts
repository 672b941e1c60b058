import type { Api } from './api.ts';
import type { LogStore } from './log-store.ts';
import type { ProjectStore } from './project-store.ts';

/** All that views draw from. */
export interface Stores {
  readonly api: Api;
  readonly project: ProjectStore;
  readonly logs: LogStore;
}
