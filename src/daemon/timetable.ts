// When schedules want their jobs. Cron lines speak of the wall clock, which is set, jumps and stands still while a laptop sleeps; the core
// knows the monotonic clock alone. So instants are told anew whenever the two have moved against each other.
import { Cron } from 'croner';
import type { Schedule } from '../spec.ts';
import type { Event } from '../supervisor/event.ts';
import type { SupervisorState } from '../supervisor/state.ts';

/** How often the clocks are compared. */
const LOOK_EVERY_MS = 30_000;
/** Less is the daily work of NTP. */
const NOTABLE_STEP_MS = 1_000;

/** Kept in state.json: what a later omniroute needs to see that a run was missed. */
export interface PlannedRun {
  readonly service: string;
  readonly cron: string;
  readonly timezone: string | null;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

interface Plan {
  readonly schedule: Schedule;
  /** Null: never again. */
  readonly dueAt: number | null;
}

export interface TimetableOptions {
  /** Of the omniroute before this one. */
  readonly recorded: readonly PlannedRun[];
  post(event: Event): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** Wall clock minus monotonic clock. */
  wallOffsetMs(): number;
}

export class Timetable {
  readonly #o: TimetableOptions;
  readonly #plans = new Map<string, Plan>();
  readonly #recorded: Map<string, PlannedRun>;
  #offsetMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: TimetableOptions) {
    this.#o = options;
    this.#recorded = new Map(options.recorded.map((run) => [run.service, run]));
    this.#offsetMs = options.wallOffsetMs();
  }

  /** When each is due, for who comes next. */
  get planned(): PlannedRun[] {
    return [...this.#plans].flatMap(
      ([
        service,
        {
          schedule: { cron, timezone },
          dueAt,
        },
      ]) => (dueAt === null ? [] : [{ service, cron, timezone, dueAt }]),
    );
  }

  /** Tells when the service is due next, after the instant it was due last. */
  plan(service: string, schedule: Schedule): void {
    const recorded = this.#recorded.get(service);
    this.#recorded.delete(service);
    const known = this.#plans.get(service);
    const last = known && isSame(known.schedule, schedule) ? known.dueAt : null;
    if (recorded && !known && isSame(recorded, schedule)) this.#tellIfMissed(service, recorded.dueAt);
    // Timers are early by fractions of a millisecond: the same instant must not come twice.
    this.#set(service, schedule, Math.max(this.#o.now(), last !== null && last - this.#o.now() < NOTABLE_STEP_MS ? last : 0));
    // Whoever plans often sees at once that the clock was set.
    this.#look(service);
    this.#timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Compares the clocks. Where they have moved against each other, what was passed over is told as missed and all is planned anew. */
  look(): void {
    this.#look(null);
  }

  /** `planned`: of which all is known already. */
  #look(planned: string | null): void {
    const offsetMs = this.#o.wallOffsetMs();
    if (Math.abs(offsetMs - this.#offsetMs) < NOTABLE_STEP_MS) return;
    this.#offsetMs = offsetMs;
    const now = this.#o.now();
    for (const [service, { schedule, dueAt }] of [...this.#plans]) {
      if (service === planned) continue;
      // It came since the last look, as where a laptop woke just before: late is better than never.
      if (dueAt !== null && dueAt < now && now - dueAt <= LOOK_EVERY_MS) {
        this.#o.post({ type: 'run-planned', service, atMs: now - offsetMs });
        continue;
      }
      if (dueAt !== null) this.#tellIfMissed(service, dueAt);
      this.#set(service, schedule, this.#o.now());
    }
  }

  /** Nothing is missed of what nobody wants; on the way down all is kept, for the next omniroute to see. */
  keepWanted({ services, goingDown }: SupervisorState): void {
    if (goingDown) return;
    for (const name of this.#plans.keys()) {
      const service = services.get(name);
      if (service?.desired.type !== 'up' || service.spec.schedule === null) this.#plans.delete(name);
    }
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #set(service: string, schedule: Schedule, after: number): void {
    const next = new Cron(schedule.cron, { mode: '5-or-6-parts', ...(schedule.timezone === null ? {} : { timezone: schedule.timezone }) });
    const dueAt = next.nextRun(new Date(after))?.getTime() ?? null;
    this.#plans.set(service, { schedule, dueAt });
    this.#o.post({ type: 'run-planned', service, atMs: dueAt === null ? null : dueAt - this.#o.wallOffsetMs() });
  }

  #tellIfMissed(service: string, dueAt: number): void {
    if (dueAt < this.#o.now()) this.#o.post({ type: 'run-missed', service, when: new Date(dueAt).toISOString() });
  }
}

function isSame(a: Pick<Schedule, 'cron' | 'timezone'>, b: Pick<Schedule, 'cron' | 'timezone'>): boolean {
  return a.cron === b.cron && a.timezone === b.timezone;
}
