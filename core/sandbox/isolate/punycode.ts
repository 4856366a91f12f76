const BASE = 36;
const SKEW = 38;

/** RFC 3492: one label with characters outside ASCII, to what stands after `xn--`. */
export function punycode(label: string): string {
  const codes = Array.from(label, (sign) => sign.codePointAt(0)!);
  let output = codes
    .filter((code) => code < 128)
    .map((code) => String.fromCharCode(code))
    .join('');
  const basic = output.length;
  if (basic > 0) output += '-';
  let [n, delta, bias, handled] = [128, 0, 72, basic];
  while (handled < codes.length) {
    const next = Math.min(...codes.filter((code) => code >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const code of codes) {
      if (code < n) delta++;
      if (code !== n) continue;
      output += variableLength(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let output = '';
  let rest = delta;
  for (let k = BASE; ; k += BASE) {
    const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
    if (rest < threshold) return output + digit(rest);
    output += digit(threshold + ((rest - threshold) % (BASE - threshold)));
    rest = Math.floor((rest - threshold) / (BASE - threshold));
  }
}

function digit(value: number): string {
  return value.toString(36).replace(/./, () => String.fromCharCode(value < 26 ? 97 + value : 22 + value));
}

function adapt(delta: number, points: number, first: boolean): number {
  let rest = first ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > 455; k += BASE) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + SKEW));
}
