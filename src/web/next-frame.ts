// Waiting, in a page that may be hidden: browsers then draw no frames at all.
const HIDDEN_FRAME_MS = 100;

/** When the browser draws next; where it does not, soon all the same. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, HIDDEN_FRAME_MS);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
