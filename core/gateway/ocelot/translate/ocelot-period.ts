const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1, '': 1 };

/** Milliseconds of `1m`, `1.5 h`, `250`; undefined when it is none. A minus is passed over. */
export function ocelotPeriod(text: string): number | undefined {
  const [, number, unit] = /^\s*-?\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const factor = UNITS[unit!.toLowerCase()];
  return factor === undefined ? undefined : Number(number) * factor;
}
