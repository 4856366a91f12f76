/** Segments of a place in a JSON value; `*` is every field or item. */
export type JsonPath = readonly string[];

/** Node has it; the types of the language do not know it yet. */
const { isRawJSON: isRawJson } = JSON as unknown as { isRawJSON(value: unknown): boolean };

type Container = Record<string, unknown>;

/** `a.b.0.c`, or a JSON pointer `/a/b/0/c`. Throws a TypeError for a place that there cannot be. */
export function jsonPath(text: string): JsonPath {
  const segments = text.startsWith('/')
    ? text
        .slice(1)
        .split('/')
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    : text.split('.');
  if (segments.some((segment) => segment === '' || segment === '__proto__'))
    throw new TypeError(`${JSON.stringify(text)} is no place in a body like order.items.0.id or /order/items/0/id`);
  return segments;
}

/** Calls `visit` with every object or list that holds the last segment of the path, and the names there. */
export function visitPlaces(root: unknown, path: JsonPath, visit: (container: Container, key: string) => void): void {
  const last = path.length - 1;
  const walk = (value: unknown, at: number): void => {
    if (!isContainer(value)) return;
    const keys = path[at] === '*' ? Object.keys(value) : [path[at]!];
    // From the end: items may be taken out of lists.
    for (const key of keys.reverse()) {
      if (at === last) visit(value, key);
      else if (holds(value, key)) walk(value[key], at + 1);
    }
  };
  walk(root, 0);
}

/** As `visitPlaces`, and makes the objects that are missing on the way. */
export function makePlaces(root: unknown, path: JsonPath, visit: (container: Container, key: string) => void): void {
  const star = path.lastIndexOf('*');
  const make = (start: unknown, rest: JsonPath) => {
    let value = start;
    for (const segment of rest.slice(0, -1)) {
      if (!isContainer(value)) return;
      if (!holds(value, segment) && !Array.isArray(value)) value[segment] = {};
      value = value[segment];
    }
    const key = rest.at(-1)!;
    if (isContainer(value) && (!Array.isArray(value) || holds(value, key))) visit(value, key);
  };
  if (star === -1) make(root, path);
  else if (star === path.length - 1) visitPlaces(root, path, visit);
  else visitPlaces(root, path.slice(0, star + 1), (container, key) => make(container[key], path.slice(star + 1)));
}

export function removeAt(container: Container, key: string): void {
  if (!Array.isArray(container)) delete container[key];
  else if (holds(container, key)) container.splice(Number(key), 1);
}

export function holds(container: Container, key: string): boolean {
  return Array.isArray(container) ? /^\d+$/.test(key) && Number(key) < container.length : Object.hasOwn(container, key);
}

export function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && !isRawJson(value);
}
