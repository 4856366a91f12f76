/** The parts of a distinguished name in their order, `CN=app`; commas, plus signs or newlines divide them unless escaped. */
export function partsOf(name: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < name.length; at++) {
    const sign = name[at]!;
    if (sign === '\\' && at + 1 < name.length) part += sign + name[++at];
    else if (sign === ',' || sign === '\n' || sign === '+') {
      parts.push(part);
      part = '';
    } else part += sign;
  }
  parts.push(part);
  return parts.map(tidy).filter((one) => one !== '');
}

/** The same text for the same name, however it is spaced and whatever the case of its keys. */
export function normalName(name: string): string {
  return partsOf(name).join(',');
}

export function commonName(name: string): string | undefined {
  const part = partsOf(name).find((one) => one.startsWith('CN='));
  return part?.slice(3).replaceAll(/\\(.)/g, '$1');
}

function tidy(part: string): string {
  const [key = '', ...value] = part.split('=');
  return value.length === 0 ? part.trim() : `${key.trim().toUpperCase()}=${value.join('=').trim()}`;
}

/** Without colons and in lower case. */
export function normalFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
