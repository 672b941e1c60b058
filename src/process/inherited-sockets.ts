// How a process is told of listening sockets that it gets as descriptors 3, 4 …: the protocol of systemd's socket activation.
// https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
export interface InheritedSockets {
  readonly fds: readonly number[];
  readonly names: readonly string[];
}

interface Program {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** The pid must be in the environment before there is one: a shell that becomes the program says its own. */
const WITH_OWN_PID = 'export LISTEN_PID=$$; exec "$0" "$@"';

export function withSockets({ command, env }: Program, { fds, names }: InheritedSockets): Program {
  return {
    command: ['/bin/sh', '-c', WITH_OWN_PID, ...command],
    env: { ...env, LISTEN_FDS: String(fds.length), LISTEN_FDNAMES: names.join(':') },
  };
}
