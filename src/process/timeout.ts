/** `timed out after 10s`, in the words of every probe and hook. */
export function describeTimeout(timeoutMs: number): string {
  return `timed out after ${timeoutMs < 1000 ? `${timeoutMs}ms` : `${Number((timeoutMs / 1000).toFixed(1))}s`}`;
}
