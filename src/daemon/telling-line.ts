const MAX_LENGTH = 200;
/** `TypeError: x`, `Error [ERR_X]: y`, `error: z`, `panic: …`, `FATAL ERROR: …`, `❌ …`; not a stack frame, not a word inside a sentence. */
// The cross is escaped: one character beyond Latin-1 has V8 keep the text of all that is bundled with it in twice the memory.
const ERROR_LINE =
  /^\W*(?:\[[^\]]*\]\s*)?(?:Uncaught\s+)?(?:[A-Za-z.]*(?:Error|Exception)(?:\s*\[\w+\])?|error|fatal(?: error)?|panic|\u274c)\s*:?\s/i;

/**
 * The line that tells why a run ended: the last one that looks like an error, else the last one that is not empty.
 * The very last line of a crash is rarely it: Node prints its version, Java a stack frame. At most 200 characters; null: it printed nothing.
 */
export function tellingLine(lines: readonly string[]): string | null {
  const line = lines.findLast((text) => ERROR_LINE.test(text)) ?? lines.findLast((text) => text.trim() !== '');
  return line === undefined ? null : line.trim().slice(0, MAX_LENGTH);
}
