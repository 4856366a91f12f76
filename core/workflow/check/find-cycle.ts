export interface Node {
  readonly ref: string;
  readonly needs: readonly string[];
}

/** The first circle, in the order in which its members would run, the first one repeated at the end. Does not recurse. */
export function findCycle(nodes: readonly Node[]): readonly string[] | undefined {
  const byRef = new Map(nodes.map((node) => [node.ref, node]));
  const done = new Set<string>();
  for (const { ref } of nodes) {
    const path: { ref: string; next: number }[] = [{ ref, next: 0 }];
    const onPath = new Set([ref]);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const need = done.has(top.ref) ? undefined : byRef.get(top.ref)?.needs[top.next++];
      if (need === undefined) {
        done.add(top.ref);
        onPath.delete(top.ref);
        path.pop();
      } else if (onPath.has(need)) {
        const circle = path.slice(path.findIndex((entry) => entry.ref === need)).map((entry) => entry.ref);
        return [need, ...circle.slice(1).reverse(), need];
      } else {
        path.push({ ref: need, next: 0 });
        onPath.add(need);
      }
    }
  }
  return undefined;
}
