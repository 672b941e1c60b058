/** Where something stands: 1-based, `file` absolute. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Where each key of the project stands. Kept apart from the spec, so that moved lines are no change. */
export interface PlaceIndex {
  /** Of a key such as `restart.max_attempts`; of the nearest key around it where it is not written; null: no such service. */
  find(service: string, keyPath: string): Place | null;
  /** Of a key of the project; null where it is not written. */
  findInProject(key: string): Place | null;
}
