/** A deep copy of data as the web's `structuredClone` makes it; cycles kept, functions and symbols refused. No transfer list. */
export function cloneStructured<T>(value: T): T {
  return copy(value, new Map()) as T;
}

function copy(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`structuredClone: a ${typeof value} cannot be cloned`);
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const keep = <C extends object>(made: C): C => {
    seen.set(value, made);
    return made;
  };
  if (Array.isArray(value)) return fill(keep(new Array(value.length)), value, seen);
  if (value instanceof Date) return keep(new Date(value));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof Map) return copyMap(keep(new Map()), value, seen);
  if (value instanceof Set) return copySet(keep(new Set()), value, seen);
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return keep(copyView(value, seen));
  if (value instanceof Error) return copyError(keep(Object.create(Object.getPrototypeOf(value))), value, seen);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    throw new TypeError('structuredClone: this kind of object cannot be cloned');
  }
  return fill(keep({}), value, seen);
}

function fill(target: object, source: object, seen: Map<object, unknown>): object {
  for (const key of Object.keys(source)) {
    const value = copy((source as Record<string, unknown>)[key], seen);
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return target;
}

function copyMap(target: Map<unknown, unknown>, source: Map<unknown, unknown>, seen: Map<object, unknown>): object {
  for (const [key, value] of source) target.set(copy(key, seen), copy(value, seen));
  return target;
}

function copySet(target: Set<unknown>, source: Set<unknown>, seen: Map<object, unknown>): object {
  for (const value of source) target.add(copy(value, seen));
  return target;
}

function copyView(view: ArrayBufferView, seen: Map<object, unknown>): object {
  const buffer = copy(view.buffer, seen) as ArrayBuffer;
  const length = view instanceof DataView ? view.byteLength : (view as Uint8Array).length;
  const Kind = view.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => object;
  return new Kind(buffer, view.byteOffset, length);
}

function copyError(target: Error, source: Error, seen: Map<object, unknown>): object {
  for (const key of ['message', 'stack', 'cause'] as const) {
    if (!Object.hasOwn(source, key)) continue;
    Object.defineProperty(target, key, { value: copy(source[key], seen), writable: true, configurable: true });
  }
  return target;
}
