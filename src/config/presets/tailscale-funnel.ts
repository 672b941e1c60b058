import type { Preset } from '../preset.ts';
import { INSTALL_TAILSCALE } from './tailscale-install.ts';

const SWITCHED_OFF = 'is not enabled on your tailnet|Funnel not available';
const HOW_TO_SWITCH_ON =
  'Funnel is switched off for this tailnet: open the link in its log, or https://tailscale.com/s/https, then start it again';

export const tailscaleFunnel: Preset = {
  name: 'tailscale-funnel',
  description: 'Makes a local port public through Tailscale Funnel, for as long as the service runs; its address is the output `url`.',
  options: {
    port: { type: 'number', required: true, description: 'The local port.' },
    daemon: { type: 'string', default: 'tailscaled', description: 'The service that runs the daemon (`uses: tailscaled`).' },
  },
  requires: [{ executable: 'tailscale', hint: INSTALL_TAILSCALE }],
  build: ({ port, daemon }) => ({
    // In the foreground: with --bg the port would stay public after the service has ended.
    command: ['tailscale', `--socket=\${services.${daemon}.outputs.socket}`, 'funnel', String(port)],
    depends_on: [String(daemon)],
    outputs: { url: { match: String.raw`https://[a-z0-9-]+\.[a-z0-9-]+\.ts\.net` } },
    // Where Funnel is switched off, the program waits for ever for someone to switch it on: `fail_on` ends that, the rule says why.
    readiness: { outputs: ['url'], start_timeout: '60s', fail_on: [SWITCHED_OFF] },
    crash_rules: [{ name: 'funnel-off', when: { log: { match: SWITCHED_OFF } }, then: [{ fail: HOW_TO_SWITCH_ON }] }],
  }),
};
