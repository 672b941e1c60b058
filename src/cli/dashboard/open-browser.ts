import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The program that shows an address, where there is a screen to show it on. */
export function findOpener(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | null {
  if (platform === 'darwin') return env['SSH_CONNECTION'] === undefined ? 'open' : null;
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : null;
}

/** Opens the address by way of a file that only its owner reads: arguments can be read by every user. Returns the end of that file. */
export function openBrowser(url: string, options: { readonly opener: string; readonly folder: string }): () => void {
  const path = join(options.folder, 'dashboard.html');
  writeFileSync(path, `<!doctype html><meta http-equiv="refresh" content="0;url=${url}"><a href="${url}">omniroute</a>\n`, { mode: 0o600 });
  const child = spawn(options.opener, [path], { detached: true, stdio: 'ignore' });
  // Without it the address is there to be opened by hand.
  child.on('error', () => undefined);
  child.unref();
  return () => rmSync(path, { force: true });
}
