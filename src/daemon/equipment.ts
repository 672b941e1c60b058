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
  post(event: Event): void;
}

export class Equipment {
  readonly sockets = new SocketBoard();
  readonly demand: DemandWatch;
  readonly timetable: Timetable;
  readonly notify: NotifyBoard;

  constructor({ place, schedules, post }: EquipmentOptions) {
    this.demand = new DemandWatch((service) => post({ type: 'demand-arrived', service }));
    this.timetable = new Timetable({ recorded: schedules, post, now: Date.now, wallOffsetMs });
    this.notify = new NotifyBoard({ place, post });
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
