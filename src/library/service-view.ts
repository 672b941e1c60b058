// The services of a project as somebody knows them who hears its journal: as the supervisor showed them, and every entry since.
import type { ControlClient } from '../control/client.ts';
import type { ProjectSnapshot, RecordedEntry } from '../control/protocol.ts';
import { type Awaited, afterEntry, awaitedOf } from './goal.ts';

export class ServiceView {
  #services: readonly Awaited[];
  /** Position in the journal that `#services` is as of. */
  #seq: number;
  /** Heard since the supervisor was asked; null: it is not being asked. */
  #meanwhile: RecordedEntry[] | null = null;
  #asksAgain = false;

  constructor(snapshot: ProjectSnapshot) {
    this.#services = snapshot.services.map(awaitedOf);
    this.#seq = snapshot.seq;
  }

  get services(): readonly Awaited[] {
    return this.#services;
  }

  note(entry: RecordedEntry): void {
    this.#meanwhile?.push(entry);
    this.#apply(entry);
  }

  /** Asks the supervisor. Null: it does not answer; or it is being asked already, and is asked once more after that. */
  async refresh(client: ControlClient, signal: AbortSignal): Promise<ProjectSnapshot | null> {
    this.#asksAgain = this.#meanwhile !== null;
    if (this.#asksAgain) return null;
    for (;;) {
      const heard: RecordedEntry[] = [];
      this.#meanwhile = heard;
      const answer = await client.snapshot({ usage: false, signal });
      this.#meanwhile = null;
      if (!answer.ok) return null;
      this.#services = answer.value.services.map(awaitedOf);
      this.#seq = answer.value.seq;
      // An entry may have come faster than the answer, and is newer than that.
      for (const entry of heard) this.#apply(entry);
      if (!this.#asksAgain) return answer.value;
      this.#asksAgain = false;
    }
  }

  #apply(entry: RecordedEntry): void {
    if (entry.seq <= this.#seq) return;
    this.#services = afterEntry(this.#services, entry);
    this.#seq = entry.seq;
  }
}
