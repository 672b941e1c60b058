interface Told<Item> {
  readonly item: Item;
  readonly taken: () => void;
}

/**
 * What is told to a listener, as an iteration. The teller waits until an item has been taken, and is aborted where the loop is left;
 * with `signal` the iteration ends as if there were no more. Rejects with what `tell` rejects with.
 */
export async function* iterate<Item>(
  tell: (listener: (item: Item) => Promise<void>, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, undefined> {
  const left = new AbortController();
  const abort = (): void => left.abort();
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  let told: Told<Item> | null = null;
  let shown: Told<Item> | null = null;
  let wake: () => void = () => {};
  let isOver = false;
  const listener = (item: Item): Promise<void> =>
    new Promise((taken) => {
      told = { item, taken };
      wake();
    });
  const telling = tell(listener, left.signal).finally(() => {
    isOver = true;
    wake();
  });
  // Its failure is told below, by then at the latest.
  telling.catch(() => {});
  const next = (): Promise<typeof told> =>
    told !== null || isOver
      ? Promise.resolve(told)
      : new Promise((resolve) => {
          wake = () => resolve(told);
        });
  try {
    for (let one = await next(); one !== null; one = await next()) {
      told = null;
      shown = one;
      if (left.signal.aborted) return;
      yield one.item;
      one.taken();
    }
    await telling;
  } finally {
    signal?.removeEventListener('abort', abort);
    abort();
    // Who tells may be waiting, and finds out now that nobody listens.
    for (const one of [shown, told] as (Told<Item> | null)[]) one?.taken();
  }
}
