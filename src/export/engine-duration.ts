/** `10s`, or `1500ms`: every engine takes both. */
export function engineDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
