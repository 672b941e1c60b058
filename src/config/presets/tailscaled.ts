import type { Preset } from '../preset.ts';
import { INSTALL_TAILSCALE } from './tailscale-install.ts';

export const tailscaled: Preset = {
  name: 'tailscaled',
  description: "A Tailscale daemon of the project's own, without root: beside one of the system, which it never touches.",
  options: {},
  requires: [{ executable: 'tailscaled', hint: INSTALL_TAILSCALE }],
  build: () => ({
    command: [
      'tailscaled',
      '--tun=userspace-networking',
      '--socket=${service.dir}/tailscaled.sock',
      '--statedir=${service.dir}/state',
      '--port=0',
    ],
    // A daemon that waits for a login does all it can; `login` is then the page to open.
    readiness: { log: { match: String.raw`Switching ipn state \w+ -> (Running|NeedsLogin)` }, start_timeout: '60s' },
    outputs: {
      login: { match: String.raw`AuthURL is (https://\S+)` },
      // It prints its own command line first: so whoever talks to it need not know where its folder is.
      socket: { match: '"--socket=([^"]+)"' },
    },
  }),
};
