// Where the boxes of the dependency graph go: what nobody needs to wait for first is left, dependents to the right of all they need.

export interface GraphNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** Column and row, both counted from 0. */
export interface Spot {
  readonly column: number;
  readonly row: number;
}

export interface GraphLayout {
  readonly boxes: ReadonlyMap<string, Spot>;
  /** From the dependency to the dependent, with a free spot in each column that is passed. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly through: readonly Spot[] }[];
}

/** A box, or the spot where a long edge passes a column. */
interface Item {
  readonly key: string;
  readonly column: number;
  /** To its left, each in the column before. */
  readonly needs: readonly string[];
}

/** Columns by the longest way to a service without dependencies; rows near those of what is needed. Names that are no node are left out. */
export function layOutGraph(nodes: readonly GraphNode[]): GraphLayout {
  const columns = findColumns(nodes);
  const edges = nodes.flatMap(({ name, dependsOn }) =>
    // In a circle, which no valid file has, there is no left and right.
    dependsOn
      .filter((needed) => (columns.get(needed) ?? Number.POSITIVE_INFINITY) < (columns.get(name) ?? 0))
      .map((from) => ({ from, to: name })),
  );
  const passed = (from: string, to: string): number[] => range((columns.get(from) ?? 0) + 1, columns.get(to) ?? 0);
  const before = (from: string, to: string, column: number): string =>
    passed(from, to).includes(column - 1) ? passKey(from, to, column - 1) : from;
  const items: Item[] = [
    ...nodes.map(({ name }) => {
      const column = columns.get(name) ?? 0;
      return { key: name, column, needs: edges.filter(({ to }) => to === name).map(({ from }) => before(from, name, column)) };
    }),
    ...edges.flatMap(({ from, to }) =>
      passed(from, to).map((column) => ({ key: passKey(from, to, column), column, needs: [before(from, to, column)] })),
    ),
  ];
  const rows = findRows(items);
  const spotOf = (key: string, column: number): Spot => ({ column, row: rows.get(key) ?? 0 });
  return {
    boxes: new Map(nodes.map(({ name }) => [name, spotOf(name, columns.get(name) ?? 0)])),
    edges: edges.map(({ from, to }) => ({
      from,
      to,
      through: passed(from, to).map((column) => spotOf(passKey(from, to, column), column)),
    })),
  };
}

function findColumns(nodes: readonly GraphNode[]): Map<string, number> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const columns = new Map<string, number>();
  const columnOf = (name: string, path: readonly string[]): number => {
    const known = columns.get(name);
    if (known !== undefined) return known;
    const needs = (byName.get(name)?.dependsOn ?? []).filter((each) => byName.has(each) && !path.includes(each));
    const column = needs.length === 0 ? 0 : 1 + Math.max(...needs.map((each) => columnOf(each, [...path, name])));
    columns.set(name, column);
    return column;
  };
  for (const { name } of nodes) columnOf(name, [name]);
  return columns;
}

/** Column by column, in the order of the middle of what each needs. */
function findRows(items: readonly Item[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (const column of range(0, 1 + Math.max(-1, ...items.map((item) => item.column)))) {
    const wish = ({ needs }: Item): number => needs.reduce((sum, key) => sum + (rows.get(key) ?? 0), 0) / Math.max(1, needs.length);
    const sorted = items.filter((item) => item.column === column).map((item) => ({ key: item.key, at: wish(item) }));
    sorted.sort((a, b) => a.at - b.at);
    sorted.forEach(({ key }, row) => void rows.set(key, row));
  }
  return rows;
}

/** No name has a newline in it. */
function passKey(from: string, to: string, column: number): string {
  return `${from}\n${to}\n${column}`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
}
