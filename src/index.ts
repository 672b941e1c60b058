// What `import … from 'omniroute'` gives: docs/library.md tells how to use it.
export type { Diagnostic } from './config/diagnostic.ts';
export type { Place } from './config/place.ts';
export type {
  ProjectSnapshot,
  RecordedEntry,
  ReloadPlan,
  ServiceSnapshot,
  UsageHistory,
  UsageSeries,
  WhyReport,
} from './control/protocol.ts';
export { type ConnectOptions, connect, type ProjectOptions } from './library/connect.ts';
export { type FailureCode, OmnirouteError } from './library/failure.ts';
export { type LoadOptions, loadProject, type Project } from './library/load-project.ts';
export type {
  DownOptions,
  EventsOptions,
  LogsQuery,
  OrderOptions,
  ProjectClient,
  StartOptions,
  UsageOptions,
  WaitOptions,
} from './library/project-client.ts';
export { type Supervisor, type SupervisorOptions, startSupervisor } from './library/start-supervisor.ts';
export type { LogLine } from './logs/log-query.ts';
export type { ProjectSpec, ServiceSpec } from './spec.ts';
