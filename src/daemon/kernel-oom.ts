import { readText } from '../process/read-text.ts';

/** The kernel's count of processes it killed for want of memory: `oom_kill` in /proc/vmstat (Linux ≥ 4.13). */
export class KernelOomCounter {
  #count = readOomKills();

  /** Has the kernel killed since this was asked last? */
  hasGrown(): boolean {
    const before = this.#count;
    this.#count = readOomKills();
    return this.#count > before;
  }
}

// No /proc: such an end is shown as what it is, killed by SIGKILL.
function readOomKills(): number {
  return Number(/^oom_kill (\d+)/m.exec(readText('/proc/vmstat') ?? '')?.[1] ?? 0);
}
