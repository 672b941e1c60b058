// A window onto many lines: only the rows that can be seen are in the page, however many there are.
import type { Ref } from 'preact';
import { useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatClock, formatInstant } from '../cli/render/humanize.ts';
import type { KeptLine, LogRing } from './log-ring.ts';
import { LogText } from './log-text-pieces.tsx';

const ROW_PX = 20;
const MARGIN_ROWS = 8;
/** That far from the end still counts as the end. */
const NEAR_END_PX = 30;

export interface LogListHandle {
  findNext(step: 1 | -1): void;
}

interface LogListProps {
  readonly ring: LogRing;
  readonly version: number;
  readonly pattern: RegExp | null;
  /** Of all services: their order gives the colours. */
  readonly names: readonly string[];
  readonly ref: Ref<LogListHandle>;
}

export function LogList({ ring, version, pattern, names, ref }: LogListProps) {
  const host = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [follows, setFollows] = useState(true);
  const [opened, setOpened] = useState<KeptLine | null>(null);
  const [found, setFound] = useState(-1);
  const dropped = useRef(0);
  const { shown } = ring;
  useLayoutEffect(() => {
    const element = host.current as HTMLDivElement;
    const moved = ring.droppedRows - dropped.current;
    dropped.current = ring.droppedRows;
    if (follows) element.scrollTop = element.scrollHeight;
    else if (moved > 0) element.scrollTop -= moved * ROW_PX;
  }, [version, follows, shown.length]);
  useLayoutEffect(() => {
    const element = host.current as HTMLDivElement;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const resized = new ResizeObserver(look);
    resized.observe(element);
    look();
    return () => resized.disconnect();
  }, []);
  const onScroll = (): void => {
    const element = host.current;
    // Told after the list has gone.
    if (element === null) return;
    setView({ top: element.scrollTop, height: element.clientHeight });
    setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX);
  };
  useImperativeHandle(ref, () => ({
    findNext: (step) => {
      const from = found >= 0 && found < shown.length ? found : step === 1 ? -1 : shown.length;
      const next = ring.findMatch(from, step);
      if (next === -1) return;
      setFound(next);
      setFollows(false);
      const element = host.current as HTMLDivElement;
      element.scrollTop = Math.max(0, next * ROW_PX - element.clientHeight / 2);
    },
  }));
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - MARGIN_ROWS);
  const rows = shown.slice(first, first + Math.ceil(view.height / ROW_PX) + 2 * MARGIN_ROWS);
  return (
    <div class="card log">
      <div ref={host} class="log-scroll" onScroll={onScroll} role="log" aria-label="log lines" aria-live="off">
        <div class="log-space" style={{ height: `${shown.length * ROW_PX}px` }}>
          <div class="log-rows" style={{ transform: `translateY(${first * ROW_PX}px)` }}>
            {rows.map((line, n) => (
              <LogRow
                key={line.id}
                line={line}
                pattern={pattern}
                color={names.indexOf(line.service) % 6}
                isFound={first + n === found}
                onOpen={() => setOpened(line)}
              />
            ))}
          </div>
        </div>
        {shown.length === 0 && <p class="empty faint">{ring.size === 0 ? 'no lines yet' : 'no line matches'}</p>}
      </div>
      {!follows && (
        <button type="button" class="button to-end" onClick={() => setFollows(true)}>
          ↓ follow
        </button>
      )}
      {opened !== null && <OpenedLine line={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

interface LogRowProps {
  readonly line: KeptLine;
  readonly pattern: RegExp | null;
  readonly color: number;
  readonly isFound: boolean;
  readonly onOpen: () => void;
}

function LogRow({ line, pattern, color, isFound, onOpen }: LogRowProps) {
  return (
    <div class={`log-row ${line.stream}${isFound ? ' found' : ''}`}>
      <time>{formatClock(line.time)}</time>
      <button type="button" class={`who service-${color}`} title="the whole line" onClick={onOpen}>
        {line.service}
      </button>
      <span class="text">
        <LogText text={line.text} pattern={pattern} />
        {line.cutCharacters > 0 && (
          <button type="button" class="cut" onClick={onOpen}>
            … {line.cutCharacters} more characters
          </button>
        )}
      </span>
    </div>
  );
}

function OpenedLine({ line, onClose }: { readonly line: KeptLine; readonly onClose: () => void }) {
  const { service, time, stream, run, text, cutCharacters } = line;
  return (
    <div class="opened" role="dialog" aria-label="the whole line">
      <header>
        <strong>{service}</strong>
        <span class="faint">
          {formatInstant(time)} · {stream} · run {run}
        </span>
        <button type="button" class="button" onClick={onClose}>
          close
        </button>
      </header>
      <pre>
        <LogText text={text} pattern={null} />
      </pre>
      {cutCharacters > 0 && (
        <p class="faint">
          {cutCharacters} more characters are in the log file of {service}
        </p>
      )}
    </div>
  );
}
