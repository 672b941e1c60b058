// A limit of time for regular expressions. Only the watchdog of node:vm can interrupt V8's engine in the middle of a match.
import { type Context, createContext, Script } from 'node:vm';

const BUDGET_MS = 50;
/** A budget that did not suffice for so many matches is the fault of a pattern, else there was merely much to do. */
const FEW_MATCHES = 20;
/** How often that may be a pattern's fault: the first time it may have been another's that came before it. */
const MAX_STRIKES = 2;

const script = new Script('work()');
let context: Context | null = null;

/** Patterns tried on lines, in order; goes on where it was interrupted. */
export interface MatchingWork {
  /** Must only compute: it may be interrupted at any point. */
  advance(): void;
  /** Index of the pattern being tried. */
  readonly pattern: number;
  /** Matches tried so far. */
  readonly tried: number;
}

/** Does the work within the budget; `strikes` counts what each pattern is blamed for, `giveUp` switches one off so that the work goes on without. */
export function runWithinBudget(work: MatchingWork, strikes: number[], giveUp: (pattern: number) => void): void {
  while (true) {
    const { tried } = work;
    const cpuBefore = process.cpuUsage();
    if (finishes(work)) return;
    const { user, system } = process.cpuUsage(cpuBefore);
    // The watchdog runs on the wall clock: a process that was merely not scheduled has used little.
    if ((user + system) / 1000 < BUDGET_MS / 2 || work.tried - tried >= FEW_MATCHES) continue;
    const { pattern } = work;
    const count = (strikes[pattern] ?? 0) + 1;
    strikes[pattern] = count;
    if (count >= MAX_STRIKES) giveUp(pattern);
  }
}

function finishes(work: MatchingWork): boolean {
  context ??= createContext({ work: null });
  context['work'] = () => work.advance();
  try {
    script.runInContext(context, { timeout: BUDGET_MS });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    context['work'] = null;
  }
}
