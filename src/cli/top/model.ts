// What the view knows and shows. Events come in, effects go out, as in the supervisor: `step(model, event, nowMs) → { model, effects }`.
import type { ControlCommand, ProjectSnapshot, RecordedEntry, ServiceSnapshot, WhyReport } from '../../control/protocol.ts';
import type { LogLine } from '../../logs/log-query.ts';
import type { KeptLine, LinePosition } from './kept-lines.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A key by its name, such as `up` or `ctrl-c`, or what it types. Pasted text is one key named `pasted`. */
export interface Key {
  readonly name: string;
  readonly text: string;
}

export type TopEvent =
  | { readonly type: 'key-pressed'; readonly key: Key }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'snapshot-taken'; readonly project: ProjectSnapshot }
  | { readonly type: 'entry-recorded'; readonly entry: RecordedEntry }
  | { readonly type: 'lines-read'; readonly lines: readonly LogLine[] }
  /** Null: the service is no longer part of the project. */
  | { readonly type: 'why-told'; readonly service: string; readonly report: WhyReport | null }
  | { readonly type: 'supervisor-lost'; readonly message: string; readonly hint: string | null }
  /** For the last line, for a while. */
  | { readonly type: 'told'; readonly text: string; readonly ok: boolean };

export type TopEffect =
  | { readonly type: 'submit'; readonly command: ControlCommand }
  | { readonly type: 'ask-why'; readonly service: string }
  /** Those that are followed already go on. */
  | { readonly type: 'follow-logs'; readonly services: readonly ServiceSnapshot[] }
  /** A snapshot sooner than the next one is due. */
  | { readonly type: 'refresh' }
  | { readonly type: 'suspend' }
  /** Everything anew: something else has written on the terminal. */
  | { readonly type: 'redraw' }
  | { readonly type: 'detach' };

export interface Prompt {
  readonly type: 'search' | 'filter';
  readonly text: string;
  /** Of the model before it was opened: what Esc puts back. */
  readonly before: Pick<Model, 'search' | 'filter' | 'bottom' | 'found'>;
}

export interface Note {
  readonly text: string;
  readonly ok: boolean;
  readonly atMs: number;
}

export interface Model {
  readonly size: Size;
  /** As last heard. */
  readonly project: ProjectSnapshot;
  /** Not null: the supervisor is not there, or does not answer. */
  readonly lost: { readonly message: string; readonly hint: string | null } | null;
  readonly selected: string | null;
  readonly scope: 'all' | 'selected';
  readonly pane: 'logs' | 'why' | 'keys';
  /** Of the selected service, once it was told. */
  readonly why: WhyReport | null;
  readonly lines: readonly KeptLine[];
  readonly nextSerial: number;
  /** The last line of the pane; null: whatever comes, as it comes. */
  readonly bottom: LinePosition | null;
  /** Lines begin with the time at which they came. */
  readonly showsTime: boolean;
  /** Columns by which lines are shifted to the left. */
  readonly shift: number;
  /** Only lines with this text are shown; empty: all. */
  readonly filter: string;
  /** Marked where it stands; empty: nothing. */
  readonly search: string;
  /** The line that `n` and `N` went to last. */
  readonly found: LinePosition | null;
  readonly prompt: Prompt | null;
  /** The service that is stopped if the next key says so. */
  readonly stopping: string | null;
  readonly note: Note | null;
}

export interface Step {
  readonly model: Model;
  readonly effects: readonly TopEffect[];
}

/** `service`: begin with this one selected, and its logs alone. */
export function createModel(project: ProjectSnapshot, size: Size, service: string | null): Model {
  return {
    size,
    project,
    lost: null,
    selected: service ?? project.services[0]?.name ?? null,
    scope: service === null ? 'all' : 'selected',
    pane: 'logs',
    why: null,
    lines: [],
    nextSerial: 1,
    bottom: null,
    showsTime: false,
    shift: 0,
    filter: '',
    search: '',
    found: null,
    prompt: null,
    stopping: null,
    note: null,
  };
}

export function selectedService({ project, selected }: Model): ServiceSnapshot | null {
  return project.services.find(({ name }) => name === selected) ?? null;
}
