// Podman with a configuration, images and networks of its own, all gone after the tests of a file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, NODE_IMAGE, removeFolder, runWell } from './engine.ts';

export class Podman {
  readonly #folder = makeFolder('podman');
  /** For programs that call it. */
  readonly env: Readonly<Record<string, string>>;

  /** With the image that Dockerfiles begin with. */
  constructor() {
    const file = (name: string, text: string): string => {
      writeFileSync(join(this.#folder, name), text);
      return join(this.#folder, name);
    };
    // Not crun and systemd, which want a machine of their own; and no more files than a container may open in one.
    const containers = `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "${this.#folder}/networks"
`;
    const storage = `[storage]\ndriver = "overlay"\ngraphroot = "${this.#folder}/storage"\nrunroot = "/run/engines"\n`;
    this.env = {
      CONTAINERS_CONF: file('containers.conf', containers),
      CONTAINERS_STORAGE_CONF: file('storage.conf', storage),
    };
    this.do('import', '--quiet', ...NODE_IMAGE, 'docker.io/library/node:22-slim');
  }

  /** What it printed; an error where it failed. */
  do(...words: string[]): string {
    return runWell(['podman', ...words], { env: this.env });
  }

  /** `project`: the context; as the first line of the Dockerfile says it. */
  build(project: string, dockerfile: string, image: string): void {
    this.do('build', '--quiet', '--tag', image, '--file', join(project, dockerfile), project);
  }

  close(): void {
    this.do('rm', '--all', '--force', '--time', '0');
    this.do('pod', 'rm', '--all', '--force');
    this.do('system', 'reset', '--force');
    removeFolder(this.#folder);
  }
}
