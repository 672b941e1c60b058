// Where in the page we are, in its address: `#services/web`, `#logs`; the browser's back button works.
import { signal } from '@preact/signals';

export const VIEWS = ['services', 'logs', 'timeline', 'file'] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  readonly view: View;
  /** Whose details are open. */
  readonly service: string | null;
}

export const place = signal<Place>(parsePlace(location.hash));
addEventListener('hashchange', () => {
  place.value = parsePlace(location.hash);
});

export function go(view: View, service: string | null = null): void {
  location.hash = service === null ? view : `${view}/${encodeURIComponent(service)}`;
  // The event comes later, and a second key may be faster.
  place.value = { view, service };
}

function parsePlace(hash: string): Place {
  const [view, ...rest] = hash.slice(1).split('/');
  return { view: VIEWS.find((each) => each === view) ?? 'services', service: rest.length > 0 ? decodeName(rest.join('/')) : null };
}

function decodeName(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // Typed by hand.
    return null;
  }
}
