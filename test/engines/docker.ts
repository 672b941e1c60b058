// A daemon of Docker of this test's own, with the image that Dockerfiles begin with; gone with all it has after the tests of a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eventually } from '../rig/within.ts';
import { ENGINES_DIR, makeFolder, NODE_IMAGE, removeFolder, run, runWell } from './engine.ts';

const PATH = ['usr/sbin', 'usr/bin'].map((folder) => join(ENGINES_DIR, 'docker', folder)).join(delimiter);

export class Docker {
  /** For programs that talk to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #daemon: ChildProcess;

  private constructor(folder: string) {
    this.#folder = folder;
    const host = `unix://${folder}/socket`;
    // The builder of this age of Docker without the service that is its successor.
    this.env = { PATH: `${PATH}${delimiter}${process.env['PATH']}`, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: folder };
    const words = ['--storage-driver', 'overlay2', '--data-root', join(folder, 'data'), '--exec-root', '/run/engines-docker'];
    const log = openSync(join(folder, 'log'), 'w');
    this.#daemon = spawn('dockerd', [...words, '--pidfile', join(folder, 'pid'), '--host', host], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', log, log],
    });
  }

  static async start(): Promise<Docker> {
    const folder = makeFolder('docker');
    const docker = new Docker(folder);
    await eventually(
      () => `dockerd, which said:\n${runWell(['tail', '-n', '20', join(folder, 'log')])}`,
      () => (run(['docker', 'info'], { env: docker.env }).status === 0 ? true : null),
    );
    docker.do('import', ...NODE_IMAGE, 'node:22-slim');
    return docker;
  }

  /** What it printed; an error where it failed. */
  do(...words: string[]): string {
    return runWell(['docker', ...words], { env: this.env });
  }

  async close(): Promise<void> {
    const exited = once(this.#daemon, 'exit');
    this.#daemon.kill('SIGTERM');
    await exited;
    removeFolder(this.#folder);
  }
}
