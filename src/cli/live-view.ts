// What people watch while something happens: log lines, the supervisor's own words and, on a terminal, a few redrawn lines below them.
import type { RecordedEntry, ServiceSnapshot } from '../control/protocol.ts';
import { formatLine } from '../logs/format.ts';
import type { LogLine } from '../logs/log-query.ts';
import { type Invocation, toJsonLine } from './invocation.ts';
import { lineFormat } from './line-format.ts';
import { renderTalk } from './render/entry-line.ts';
import { count } from './render/humanize.ts';
import { notePending, type Pending, pendingOf, renderProgress } from './render/progress.ts';
import { isStarted } from './render/services-table.ts';
import { isNoteworthy } from './render/state-color.ts';
import type { Screen } from './screen.ts';

const REFRESH_MS = 1000;
const MAX_PROGRESS_LINES = 6;
const MAX_NAME_WIDTH = 24;
/** Beyond it, what a reader that has stopped reading (Ctrl-S, a pager) is owed is counted instead of kept: it is in the log files. */
const MAX_BACKLOG_BYTES = 1_048_576;
/** Shown in the redrawn lines where there are any. */
const PASSING: ReadonlySet<RecordedEntry['type']> = new Set(['waiting', 'starting', 'stopping']);

export type PrintedLine = Pick<LogLine, 'service' | 'stream' | 'text'>;

export interface LiveView {
  line(line: PrintedLine): void;
  entry(entry: RecordedEntry): void;
  /** How services stand now, and what those on their way wait for: redrawn on a terminal, a line per change elsewhere. */
  show(services: readonly ServiceSnapshot[]): void;
  /** Whole lines of talk. */
  talk(text: string): void;
  /** Erases the redrawn lines; nothing is printed afterwards. */
  close(): void;
}

/** `json`: entries and lines as JSON lines on stdout instead. Output is written once per turn of the event loop. */
export function openLiveView(invocation: Invocation, options: { readonly json: boolean }): LiveView {
  const { out, err } = invocation;
  const redraws = err.redraws && !invocation.quiet && !options.json;
  let pending: Pending = new Map();
  let queue: { screen: Screen; text: string }[] = [];
  /** By service: what was said of it last. */
  const said = new Map<string, string>();
  let drawn = 0;
  let nameWidth = 'omniroute'.length;
  let scheduled: NodeJS.Immediate | null = null;
  const write = createBoundedWrite(err);
  const flush = () => {
    scheduled = null;
    // The terminal may have echoed a Ctrl-C there.
    if (drawn > 0) err.write(`\r\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
    for (const { screen, text } of queue) write(screen, text);
    queue = [];
    if (!redraws || pending.size === 0 || err.backlogBytes() > 0) return;
    const lines = renderProgress(pending, {
      nowMs: Date.now(),
      columns: err.columns() ?? 80,
      maxLines: MAX_PROGRESS_LINES,
      paint: err.paint,
    });
    err.write(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  };
  const schedule = () => {
    scheduled ??= setImmediate(flush);
  };
  const print = (screen: Screen, text: string) => {
    const last = queue.at(-1);
    if (last?.screen === screen) last.text += text;
    else queue.push({ screen, text });
    schedule();
  };
  const widen = (name: string) => {
    nameWidth = Math.min(MAX_NAME_WIDTH, Math.max(nameWidth, name.length));
  };
  const refresh = redraws ? setInterval(() => pending.size > 0 && schedule(), REFRESH_MS).unref() : undefined;
  return {
    line(line) {
      if (options.json) return print(out, toJsonLine({ log: { service: line.service, stream: line.stream, text: line.text } }));
      widen(line.service);
      print(out, `${formatLine({ ...line, time: 0, run: 0 }, lineFormat(out, { nameWidth, showsTime: false }))}\n`);
    },
    entry(entry) {
      if (options.json) return print(out, toJsonLine({ event: entry }));
      if (entry.service !== null) widen(entry.service);
      pending = notePending(pending, entry);
      if (entry.service !== null) said.set(entry.service, gistOf(entry.type, entry.text));
      const inProgress = redraws && PASSING.has(entry.type) && !invocation.verbose;
      if (inProgress) schedule();
      else if (!invocation.quiet || isNoteworthy(entry.type)) print(err, renderTalk(entry, { paint: err.paint, nameWidth }));
    },
    show(services) {
      if (options.json) return;
      // Whoever is not started says nothing.
      for (const service of services) if (isStarted(service)) widen(service.name);
      pending = pendingOf(services);
      if (redraws) return schedule();
      for (const [name, { state, text, sinceMs }] of pending) {
        // What passes by within a second is told by its own entry.
        if (invocation.quiet || text === '-' || Date.now() - sinceMs < REFRESH_MS || said.get(name) === gistOf(state, text)) continue;
        said.set(name, gistOf(state, text));
        const entry = { seq: 0, time: sinceMs, type: state, service: name, run: null, text };
        print(err, renderTalk(entry, { paint: err.paint, nameWidth }));
      }
    },
    talk: (text) => print(err, text),
    close() {
      clearInterval(refresh);
      if (scheduled !== null) clearImmediate(scheduled);
      pending = new Map();
      flush();
    },
  };
}

/** A sentence that says how long something has gone on is news once. */
function gistOf(state: string, text: string): string {
  return `${state} ${text.replace(/\b(?:\d+(?:\.\d+)?(?:ms|[smh]))+/g, '')}`;
}

/** Writes for as long as somebody reads. */
function createBoundedWrite(talk: Screen): (screen: Screen, text: string) => void {
  const unshown = new Map<Screen, number>();
  return (screen, text) => {
    const lines = unshown.get(screen) ?? 0;
    if (screen.backlogBytes() > MAX_BACKLOG_BYTES) {
      unshown.set(screen, lines + text.split('\n').length - 1);
      return;
    }
    const told = talk.paint.yellow(`${count(lines, 'line')} not shown`);
    if (lines > 0) talk.write(`${told}: nobody was reading; \`omniroute logs\` has what services printed\n`);
    unshown.delete(screen);
    screen.write(text);
  };
}
