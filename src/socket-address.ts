// Where a held socket listens.

export type SocketAddress =
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  /** Absolute. */
  | { readonly type: 'unix'; readonly path: string };

/** As the file writes it. */
export function formatAddress(address: SocketAddress): string {
  if (address.type === 'unix') return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
