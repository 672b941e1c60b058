// The token: out of the address at once, and kept for this tab and this port alone. A cookie would go to every port of this machine.
const KEY = 'omniroute-token';

/** Null: the page was opened without the printed link. */
export function takeToken(): string | null {
  const address = new URL(location.href);
  const given = address.searchParams.get('token');
  if (given !== null) {
    sessionStorage.setItem(KEY, given);
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  return sessionStorage.getItem(KEY);
}
