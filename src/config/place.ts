// Where the keys of a project stand.
import { declaredName } from '../service-name.ts';

/** Where something stands: 1-based, `file` absolute. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Where each key of the project stands. Kept apart from the spec, so that moved lines are no change; as text, because hardly one is ever asked for. */
export interface PlaceTable {
  readonly files: readonly string[];
  /** JSON of the project's own PlaceNode. */
  readonly text: string;
}

/** Index in `files`, line, col, and what stands in it at a place of its own. */
export type PlaceNode = readonly [file: number, line: number, col: number, children?: Readonly<Record<string, PlaceNode>>];

/** Of a key of a service such as `restart.max_attempts`; of the nearest key around it where it is not written; null: no such service. */
export function findPlace(table: PlaceTable, service: string, keyPath: string): Place | null {
  const node = childOf(childOf(readNode(table), 'services'), declaredName(service));
  return node === null ? null : toPlace(table, descend(node, keyPath.split('.')));
}

/** Of a key of the project; null where it is not written. */
export function findProjectPlace(table: PlaceTable, key: string): Place | null {
  const node = childOf(readNode(table), key);
  return node === null ? null : toPlace(table, node);
}

function readNode({ text }: PlaceTable): PlaceNode {
  return JSON.parse(text) as PlaceNode;
}

function childOf(node: PlaceNode | null, key: string): PlaceNode | null {
  const children = node?.[3] ?? {};
  return Object.hasOwn(children, key) ? (children[key] as PlaceNode) : null;
}

// Names may hold dots: the longest key that is there wins.
function descend(node: PlaceNode, parts: readonly string[]): PlaceNode {
  for (let length = parts.length; length > 0; length--) {
    const next = childOf(node, parts.slice(0, length).join('.'));
    if (next !== null) return descend(next, parts.slice(length));
  }
  return node;
}

function toPlace({ files }: PlaceTable, [file, line, col]: PlaceNode): Place {
  return { file: files[file] as string, line, col };
}
