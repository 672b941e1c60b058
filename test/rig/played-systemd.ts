// A service manager that is played: programs of its name, to be first on PATH, which answer from a folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Enabled and lingering are files; every call is a line of `calls`. */
const PROGRAMS = {
  systemctl: `#!/bin/sh
echo "systemctl $*" >> "$PLAYED/calls"
case "$*" in
  *" enable "*) [ -e "$PLAYED/refuses" ] && { echo "Failed to connect to bus: No medium found" >&2; exit 1; }; : > "$PLAYED/enabled" ;;
  *" disable "*) rm -f "$PLAYED/enabled" ;;
  *" is-enabled "*) [ -e "$PLAYED/enabled" ] && { echo enabled; exit 0; }; echo disabled; exit 1 ;;
esac
`,
  loginctl: `#!/bin/sh
echo "loginctl $*" >> "$PLAYED/calls"
case "$1" in
  enable-linger) : > "$PLAYED/lingers" ;;
  show-user) [ -e "$PLAYED/lingers" ] && echo yes || echo no ;;
esac
`,
};

/** The programs go to this folder. `env`: what they read. */
export function playSystemd(folder: string): { readonly env: { readonly PLAYED: string }; calls(): string[] } {
  for (const [program, text] of Object.entries(PROGRAMS)) writeFileSync(join(folder, program), text, { mode: 0o755 });
  return { env: { PLAYED: folder }, calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') };
}
