import { useEffect, useRef, useState } from 'preact/hooks';
import { parseFilter } from './log-filter.ts';
import { LogList, type LogListHandle } from './log-list.tsx';
import type { LineChoice } from './log-ring.ts';
import type { Stores } from './stores.ts';

export function LogsView({ stores }: { readonly stores: Stores }) {
  const { logs, project } = stores;
  const [typed, setTyped] = useState('');
  const [onlyMatches, setOnlyMatches] = useState(true);
  const [stream, setStream] = useState<LineChoice['stream']>('any');
  const list = useRef<LogListHandle | null>(null);
  const filter = parseFilter(typed);
  const pattern = filter.ok ? filter.pattern : null;
  const names = project.services.value.map(({ name }) => name);
  useEffect(() => logs.open(), [logs]);
  useEffect(() => logs.show({ pattern, onlyMatches, stream }), [logs, pattern?.source, pattern?.flags, onlyMatches, stream]);
  // A stream has the services that were there when it was opened.
  const known = useRef(names.join());
  useEffect(() => {
    if (known.current !== names.join() && logs.chosen.value === null) logs.reopen();
    known.current = names.join();
  }, [names.join()]);
  const { ring, version } = logs;
  void version.value;
  return (
    <div class="main logs">
      <div class="card tools">
        <ServiceChips stores={stores} names={names} />
        <label class="search">
          <span class="visually-hidden">search the logs</span>
          <input
            id="search"
            type="search"
            placeholder="search, or /expression/"
            value={typed}
            aria-invalid={!filter.ok}
            title={filter.ok ? 'words, or an expression between slashes' : filter.message}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            onKeyDown={({ key, shiftKey }) => key === 'Enter' && list.current?.findNext(shiftKey ? -1 : 1)}
          />
        </label>
        <label class="check" title="off: other lines are shown too, Enter goes to the next match">
          <input type="checkbox" checked={onlyMatches} onChange={({ currentTarget }) => setOnlyMatches(currentTarget.checked)} /> only
          matches
        </label>
        <label>
          <span class="visually-hidden">stream</span>
          <select value={stream} onChange={({ currentTarget }) => setStream(currentTarget.value as LineChoice['stream'])}>
            <option value="any">out + err</option>
            <option value="out">out</option>
            <option value="err">err</option>
          </select>
        </label>
        <span class="faint number" id="line-count" title={`${ring.received} lines received`}>
          {pattern === null || !onlyMatches ? `${ring.size} lines` : `${ring.shown.length} of ${ring.size}`}
        </span>
        <button type="button" class="button" onClick={() => logs.clear()}>
          clear
        </button>
      </div>
      {!filter.ok && <p class="banner bad">{filter.message}</p>}
      <LogList ring={ring} version={version.value} pattern={pattern} names={names} ref={list} />
    </div>
  );
}

/** One click shows one alone, with Ctrl or Shift it is added or taken away. */
function ServiceChips({ stores: { logs }, names }: { readonly stores: Stores; readonly names: readonly string[] }) {
  const chosen = logs.chosen.value;
  const toggle = (name: string, adds: boolean): void => {
    if (!adds) return logs.choose(chosen?.length === 1 && chosen[0] === name ? null : [name]);
    const before = chosen ?? names;
    const after = before.includes(name) ? before.filter((each) => each !== name) : [...before, name];
    logs.choose(after.length === 0 || after.length === names.length ? null : after);
  };
  return (
    <div class="chips">
      <button type="button" class="chip" aria-pressed={chosen === null} onClick={() => logs.choose(null)}>
        all
      </button>
      {names.map((name, n) => (
        <button
          type="button"
          key={name}
          class={`chip service-${n % 6}`}
          aria-pressed={chosen?.includes(name) ?? false}
          title="click: this one alone; with Ctrl or Shift: add or take away"
          onClick={({ ctrlKey, metaKey, shiftKey }) => toggle(name, ctrlKey || metaKey || shiftKey)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
