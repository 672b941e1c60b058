import { useEffect, useState } from 'preact/hooks';
import type { ServiceSnapshot } from '../control/protocol.ts';
import { FileView } from './file-view.tsx';
import { LogsView } from './logs-view.tsx';
import { Notices } from './notices.tsx';
import { go, place, VIEWS } from './place.ts';
import { ServicesView } from './services-view.tsx';
import { KEYS, listenToKeys } from './shortcuts.ts';
import { TONES } from './state-badge.tsx';
import type { Stores } from './stores.ts';
import { chooseNextTheme, theme } from './theme.ts';
import { TimelineView } from './timeline-view.tsx';

const VIEW_OF = { services: ServicesView, logs: LogsView, timeline: TimelineView, file: FileView } as const;

export function App({ stores }: { readonly stores: Stores }) {
  const [showsHelp, setShowsHelp] = useState(false);
  useEffect(() => listenToKeys(stores, (shows) => setShowsHelp((before) => shows ?? !before)), [stores]);
  const { connection, snapshot } = stores.project;
  const View = VIEW_OF[place.value.view];
  return (
    <>
      <Top stores={stores} onHelp={() => setShowsHelp(!showsHelp)} />
      <Banner stores={stores} />
      <main>{snapshot.value !== null && connection.value.type !== 'refused' && <View stores={stores} />}</main>
      <Notices />
      {showsHelp && <Help onClose={() => setShowsHelp(false)} />}
    </>
  );
}

function Top({ stores, onHelp }: { readonly stores: Stores; readonly onHelp: () => void }) {
  const { snapshot, connection } = stores.project;
  const file = snapshot.value?.file;
  useEffect(() => {
    document.title = snapshot.value === null ? 'omniroute' : `${snapshot.value.name} · omniroute`;
  }, [snapshot.value?.name]);
  return (
    <header class="top">
      <h1>
        <img src="/icon.svg" alt="" width="22" height="22" />
        {snapshot.value?.name ?? 'omniroute'}
      </h1>
      <Summary stores={stores} />
      <nav aria-label="views">
        {VIEWS.map((view, n) => (
          <a key={view} href={`#${view}`} aria-current={place.value.view === view ? 'page' : undefined} title={`${view} (${n + 1})`}>
            {view}
            {view === 'file' && file !== undefined && file.status !== 'current' && <span class="dot bad" title={file.status} />}
          </a>
        ))}
      </nav>
      <span class={`link ${connection.value.type}`} title={`connection: ${connection.value.type}`}>
        {connection.value.type === 'live' ? '' : connection.value.type}
      </span>
      <button
        type="button"
        class="icon"
        title={`colours: ${theme.value} (t)`}
        aria-label={`colours: ${theme.value}`}
        onClick={chooseNextTheme}
      >
        <svg viewBox="0 0 16 16" class="outlined" aria-hidden="true">
          <circle cx="8" cy="8" r="5.5" />
          <path class="half" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
        </svg>
      </button>
      <button type="button" class="icon" title="keys (?)" aria-label="keys" onClick={onHelp}>
        ?
      </button>
    </header>
  );
}

/** How many of what is wanted are up; the worst gives the colour, and what is optional is never the worst. */
function Summary({ stores }: { readonly stores: Stores }) {
  const wanted = stores.project.services.value.filter((service) => service.desired === 'up' && service.enabled && !sleeps(service));
  if (wanted.length === 0) return null;
  const up = wanted.filter(({ state }) => state === 'ready' || state === 'completed').length;
  const worst = (['bad', 'warn', 'busy', 'good'] as const).find((tone) => wanted.some((service) => toneOf(service) === tone)) ?? 'idle';
  return (
    <button type="button" class={`badge summary ${worst}`} onClick={() => go('services')}>
      {up} of {wanted.length} up
    </button>
  );
}

/** It waits for nothing but its time, or a connection: it is as it should be. */
function sleeps({ state, blockedBy }: ServiceSnapshot): boolean {
  return state === 'waiting' && blockedBy.length > 0 && blockedBy.every(({ type }) => type === 'occasion');
}

function toneOf({ state, optional }: ServiceSnapshot): string {
  return optional && state === 'failed' ? 'warn' : TONES[state];
}

function Banner({ stores }: { readonly stores: Stores }) {
  const { connection, snapshot } = stores.project;
  const now = connection.value;
  if (now.type === 'refused')
    return (
      <div class="banner bad" role="alert">
        {now.message}. Open the address that `omniroute dashboard` prints; each start has a new one.
      </div>
    );
  if (now.type === 'lost')
    return (
      <div class="banner warn" role="alert">
        {now.message}. {snapshot.value === null ? '' : 'What is shown is how it was. '}This page goes on by itself when it is back.
      </div>
    );
  return snapshot.value?.phase === 'going-down' ? <div class="banner warn">omniroute is going down</div> : null;
}

function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <div class="help card" role="dialog" aria-label="keys">
      <h2>keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={onClose}>
        close
      </button>
    </div>
  );
}
