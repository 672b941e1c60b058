// What is measured. A scenario plays one contestant once and resolves to figures; `rows` says how they are shown, and what is wanted of
// omniroute's medians (`own`) beside those of the bare loop (`bare`).
import { SCENARIOS_OF_CHANGE } from './scenarios-of-change.mjs';
import { SCENARIOS_OF_COST } from './scenarios-of-cost.mjs';
import { SCENARIOS_OF_SOCKETS } from './scenarios-of-sockets.mjs';

export const SCENARIOS = [...SCENARIOS_OF_CHANGE, ...SCENARIOS_OF_COST, ...SCENARIOS_OF_SOCKETS];
