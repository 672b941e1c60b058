// Crash rules that hold for every program on Node.
import type { RequiredExecutable } from '../preset.ts';

export const NODE_EXECUTABLE: RequiredExecutable = {
  executable: 'node',
  hint: 'Install Node.js 20 or newer from https://nodejs.org, or put the folder of its `node` on PATH.',
};

/** One exhausted heap is restarted like any crash; only a service that gives up over it fails with this reason. */
export const OUT_OF_MEMORY = {
  name: 'oom',
  when: { log: { match: 'FATAL ERROR: .*(heap limit|heap out of memory)' }, gave_up: true },
  then: [{ fail: 'V8 heap exhausted again and again: raise `memory.heap`, or find what fills it' }],
};

/** The port is the last number: an address such as `::1:3000` has colons of its own. */
export const PORT_BUSY = {
  name: 'port-busy',
  when: { log: { match: String.raw`EADDRINUSE.*:(\d+)` } },
  then: [{ wait_for_port: '$1' }],
};
