import type { Preset } from '../preset.ts';
import { NODE_EXECUTABLE } from './node-rules.ts';

export const omnirouteMitm: Preset = {
  name: 'omniroute-mitm',
  description: "OmniRoute's man-in-the-middle proxy: `node mitm/server.cjs` in the gateway's folder (`cwd`), on port 8443 (`ports.https`).",
  options: {
    data_dir: { type: 'path', description: "The gateway's DATA_DIR, which holds the certificate; by default the one in the environment." },
  },
  requires: [NODE_EXECUTABLE],
  build: ({ data_dir }) => ({
    command: ['node', 'mitm/server.cjs'],
    ports: { https: 8443 },
    // ROUTER_API_KEY is inherited: the key is made in the gateway's dashboard, so the gateway has to start without it.
    env: { MITM_LOCAL_PORT: '${ports.https}', ...(data_dir !== undefined && { DATA_DIR: String(data_dir) }) },
    readiness: { log: { match: String.raw`MITM ready on :(\d+)` } },
    // It ends on SIGTERM only once its last client has left, so the forced kill is the usual end.
    stop: { grace_period: '5s' },
    // "❌" begins these lines, but also one for each request that fails.
    crash_rules: [
      {
        name: 'api-key-missing',
        when: { log: { match: 'ROUTER_API_KEY required' } },
        then: [{ fail: "ROUTER_API_KEY is not set: make a key in the gateway's dashboard and put it into `env_file`" }],
      },
      {
        name: 'port-denied',
        when: { log: { match: 'Permission denied for port( \\d+)?' } },
        then: [{ fail: 'it may not listen on port$1: choose one above 1023, or give `node` the capability cap_net_bind_service' }],
      },
      {
        name: 'certificate-broken',
        when: { log: { match: String.raw`(PEM routines|server\.(?:key|crt))` } },
        then: [{ fail: "its certificate is missing or broken ($1): make it in the gateway's dashboard, or check `data_dir`" }],
      },
      { name: 'port-busy', when: { log: { match: String.raw`Port (\d+) already in use` } }, then: [{ wait_for_port: '$1' }] },
    ],
  }),
};
