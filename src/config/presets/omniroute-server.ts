import type { Preset } from '../preset.ts';
import { NODE_EXECUTABLE, OUT_OF_MEMORY, PORT_BUSY } from './node-rules.ts';

export const omnirouteServer: Preset = {
  name: 'omniroute-server',
  description: 'The OmniRoute gateway: `node server.js` in its folder (`cwd`), on port 20128 (`ports.http`).',
  options: {},
  requires: [NODE_EXECUTABLE],
  build: () => ({
    command: ['node', 'server.js'],
    ports: { http: 20128 },
    env: {
      PORT: '${ports.http}',
      DASHBOARD_PORT: '${ports.http}',
      API_PORT: '${ports.http}',
      OMNIROUTE_PORT: '${ports.http}',
      HOSTNAME: '127.0.0.1',
      NODE_ENV: 'production',
    },
    // Its line "✓ Ready in 0ms" proves nothing: a half-dead server prints it, listens, and answers 500 for ever.
    readiness: {
      http: { url: 'http://127.0.0.1:${ports.http}/api/monitoring/health', status: '200-299' },
      timeout: '10s',
      start_timeout: '120s',
      fail_on: ['error occurred while loading instrumentation hook', String.raw`\[STARTUP\] Fatal:`],
    },
    // It drains requests and checkpoints its database, and gives itself 30 s for it.
    stop: { grace_period: '35s' },
    crash_rules: [
      OUT_OF_MEMORY,
      PORT_BUSY,
      {
        name: 'broken-install',
        when: { log: { match: '(ERR_DLOPEN_FAILED|NODE_MODULE_VERSION|Cannot find (?:module|package)[^\\n]*)' } },
        then: [{ fail: 'the installed packages do not fit this Node or are incomplete ($1): reinstall the gateway' }],
      },
    ],
  }),
};
