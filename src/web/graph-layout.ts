// Where the boxes of the dependency graph go: what nobody needs to wait for first is left, dependents to the right of all they need.

export interface GraphNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

export interface PlacedNode {
  readonly name: string;
  readonly column: number;
  readonly row: number;
}

/** Columns by the longest way to a service without dependencies; rows near those of the dependencies. Names that are no node are left out. */
export function layOutGraph(nodes: readonly GraphNode[]): PlacedNode[] {
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
  for (const { name } of nodes) columnOf(name, []);
  const rows = new Map<string, number>();
  const last = Math.max(-1, ...columns.values());
  for (let column = 0; column <= last; column++) {
    const inColumn = nodes.filter(({ name }) => columns.get(name) === column);
    const wish = ({ dependsOn }: GraphNode): number => {
      const needed = dependsOn.flatMap((each) => rows.get(each) ?? []);
      return needed.length === 0 ? 0 : needed.reduce((sum, row) => sum + row, 0) / needed.length;
    };
    const sorted = inColumn.map((node) => ({ node, at: wish(node) })).sort((a, b) => a.at - b.at);
    sorted.forEach(({ node }, row) => {
      rows.set(node.name, row);
    });
  }
  return nodes.map(({ name }) => ({ name, column: columns.get(name) ?? 0, row: rows.get(name) ?? 0 }));
}
