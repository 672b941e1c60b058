// What services have beside their processes: sockets held for them, occasions to start, a way to announce themselves.
import type { Event } from '../supervisor/event.ts';
import type { SupervisorState } from '../supervisor/state.ts';
import { wallOffsetMs } from './clock.ts';
import { DemandWatch } from './demand-watch.ts';
import { NotifyBoard } from './notify-board.ts';
import { SocketBoard } from './socket-board.ts';
import { type PlannedRun, Timetable } from './timetable.ts';
import type { Workplace } from './workplace.ts';

export interface EquipmentOptions {
  readonly place: Workplace;
  /** As the omniroute before this one planned them. */
  readonly schedules: readonly PlannedRun[];
  /** Nobody wants anything to go on: what was planned is left to the next `up`, which sees what was missed. */
  readonly stopsAll: boolean;
  post(event: Event): void;
}

export class Equipment {
  readonly sockets = new SocketBoard();
  readonly demand: DemandWatch;
  readonly timetable: Timetable;
  readonly notify: NotifyBoard;
  readonly #leftToNext: readonly PlannedRun[];

  constructor({ place, schedules, stopsAll, post }: EquipmentOptions) {
    this.#leftToNext = stopsAll ? schedules : [];
    this.demand = new DemandWatch((service) => post({ type: 'demand-arrived', service }));
    this.timetable = new Timetable({ recorded: stopsAll ? [] : schedules, post, now: Date.now, wallOffsetMs });
    this.notify = new NotifyBoard({ place, post });
  }

  /** What state.json is to remember. */
  get schedules(): readonly PlannedRun[] {
    const left = new Set(this.#leftToNext.map(({ service }) => service));
    return [...this.#leftToNext, ...this.timetable.planned.filter(({ service }) => !left.has(service))];
  }

  /** Lets go of what belongs to services that nobody wants any more. */
  keepWanted(state: SupervisorState): void {
    this.sockets.keepWanted(state);
    this.demand.keepSleeping(state);
    this.timetable.keepWanted(state);
    this.notify.keepWanted(state);
  }

  async close(): Promise<void> {
    this.demand.close();
    this.timetable.close();
    this.notify.close();
    await this.sockets.close();
  }
}
