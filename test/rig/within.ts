// Nothing in a test waits for ever: what does not happen is named.
const LIMIT_MS = 30_000;

/** The promise, or an error that says what was waited for. `what` is asked at the end, to tell the last state of things. */
export async function within<T>(what: () => string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${LIMIT_MS / 1000} s for ${what()}`)), LIMIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first answer that is not null; asked again and again, as what is asked about tells nobody when it changes. */
export async function eventually<T>(what: () => string, ask: () => T | null | Promise<T | null>): Promise<T> {
  let over = false;
  const asking = async (): Promise<T> => {
    while (!over) {
      const answer = await ask();
      if (answer !== null) return answer;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('nobody waits any more');
  };
  try {
    return await within(what, asking());
  } finally {
    over = true;
  }
}
