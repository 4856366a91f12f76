/** The item of a list, or the character of a string, at an index that may count from the end; `undefined` beyond either end. */
export function itemOf(value: unknown, index: number): unknown {
  if (Array.isArray(value)) return index < 0 ? value[value.length + index] : value[index];
  return typeof value === 'string' ? characterAt(value, index) : undefined;
}

/** Python counts code points, JavaScript half of some. */
function characterAt(text: string, index: number): string | undefined {
  const hasPairs = /[\uD800-\uDBFF]/.test(text);
  return hasPairs ? Array.from(text).at(index) : text.at(index);
}
