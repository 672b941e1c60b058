/** Makes the compiler prove that a switch names every case; reached at run time, an invariant is broken. */
export function assertNever(value: never): never {
  throw new Error(`invariant: unexpected ${JSON.stringify(value)}`);
}
