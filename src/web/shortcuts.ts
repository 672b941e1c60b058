// The keyboard: one letter a thing, none of them while something is typed.
import { giveOrder, possibleOrders } from './orders.ts';
import { go, place, VIEWS } from './place.ts';
import type { Stores } from './stores.ts';
import { chooseNextTheme } from './theme.ts';

export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['1 2 3 4', 'services, logs, timeline, file'],
  ['j k ↓ ↑', 'the next service, the one before'],
  ['R', 'restart the service that is open (Shift and r)'],
  ['S', 'stop it, or start it (Shift and s)'],
  ['l', 'its logs'],
  ['/', 'search the logs; Enter, Shift Enter: next match, one back'],
  ['t', 'light, dark, as the system says'],
  ['Esc', 'close'],
  ['?', 'these keys'],
];

export function listenToKeys(stores: Stores, toggleHelp: (shows: boolean | null) => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      toggleHelp(false);
      if (isTyping) (event.target as HTMLElement).blur();
      else if (place.value.service !== null) go(place.value.view);
      return;
    }
    if (!isTyping && act(event.key, stores, toggleHelp)) event.preventDefault();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** False where the key means nothing here. */
function act(key: string, stores: Stores, toggleHelp: (shows: boolean | null) => void): boolean {
  const view = /^[1-4]$/.test(key) ? VIEWS[Number(key) - 1] : undefined;
  const actions: Readonly<Record<string, () => void>> = {
    j: () => move(stores, 1),
    ArrowDown: () => move(stores, 1),
    k: () => move(stores, -1),
    ArrowUp: () => move(stores, -1),
    R: () => order(stores, 'restart'),
    S: () => order(stores, 'stop'),
    l: () => showLogs(stores),
    '/': focusSearch,
    t: chooseNextTheme,
    '?': () => toggleHelp(null),
  };
  const action = view === undefined ? actions[key] : () => go(view);
  // The arrows scroll where there is nothing to choose.
  if (action === undefined || (key.startsWith('Arrow') && place.value.view !== 'services')) return false;
  action();
  return true;
}

function move({ project }: Stores, step: 1 | -1): void {
  const names = project.services.value.map(({ name }) => name);
  const at = names.indexOf(place.value.service ?? '');
  const next = names[at === -1 ? (step === 1 ? 0 : names.length - 1) : Math.min(names.length - 1, Math.max(0, at + step))];
  if (next !== undefined) go('services', next);
}

function order(stores: Stores, wanted: 'restart' | 'stop'): void {
  const service = stores.project.services.value.find(({ name }) => name === place.value.service);
  if (service === undefined) return;
  const possible = possibleOrders(service);
  const given = possible.find((each) => each === wanted) ?? possible.find((each) => each === 'start' || each === 'enable');
  if (given !== undefined) void giveOrder(stores, given, service.name);
}

function showLogs({ logs }: Stores): void {
  if (place.value.service !== null) logs.choose([place.value.service]);
  go('logs');
}

function focusSearch(): void {
  const search = document.getElementById('search');
  if (search !== null) return search.focus();
  go('logs');
  // After the view was drawn.
  setTimeout(() => document.getElementById('search')?.focus());
}
