import type { Preset } from '../preset.ts';
import { NODE_EXECUTABLE, OUT_OF_MEMORY, PORT_BUSY } from './node-rules.ts';

export const node: Preset = {
  name: 'node',
  description: 'A program on Node.js, with a bounded heap and rules for an exhausted heap and a busy port.',
  options: {
    script: { type: 'path', required: true, description: 'The file to run.' },
    port: { type: 'number', description: 'The port it listens on: exported as PORT, and ready once it accepts connections.' },
    health: { type: 'string', description: 'Path of a health check on that port, such as /health: ready once it answers 2xx.' },
    heap: { type: 'string', default: '512MiB', description: "Limit of V8's heap." },
  },
  requires: [NODE_EXECUTABLE],
  check({ port, health }) {
    if (health === undefined) return null;
    if (port === undefined) {
      return { option: 'health', message: '`health` is asked on a port, and there is none', hint: 'add `port`' };
    }
    if (String(health).startsWith('/')) return null;
    return { option: 'health', message: '`health` is a path and starts with `/`', hint: `write /${health}` };
  },
  build({ script, port, health, heap }) {
    return {
      command: ['node', String(script)],
      memory: { heap: String(heap) },
      crash_rules: [OUT_OF_MEMORY, PORT_BUSY],
      ...(port !== undefined && {
        ports: { http: port as number | string },
        readiness:
          health === undefined ? { tcp: { port: '${ports.http}' } } : { http: { url: `http://127.0.0.1:\${ports.http}${health}` } },
      }),
    };
  },
};
