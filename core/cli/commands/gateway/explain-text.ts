import type { ExplainedStep, Explanation } from '../../../gateway/operations/explanation.ts';

const MOST_OTHERS = 10;

/** An explanation for people. */
export function explanationLines({ request, route, refused, considered, chain }: Explanation): string[] {
  const { method, host, path, query } = request;
  const lines = [`${method} ${host}${path}${query === '' ? '' : `?${query}`}`];
  if (refused !== undefined) lines.push(`  is refused with ${refused.status}: ${refused.because}`);
  if (route !== undefined) {
    const { id, place, params, upstream } = route;
    lines.push(`  route     ${id}  (${place.file}:${place.line})`);
    for (const [name, value] of Object.entries(params)) lines.push(`  {${name}}  ${value}`);
    if (upstream === undefined) lines.push('  a policy answers');
    else {
      const where =
        upstream.discovery === undefined ? upstream.targets.join(', ') : `discovered: ${upstream.discovery}`;
      lines.push(`  upstream  ${upstream.name}  (${where})`, `  it sees   ${upstream.sees}`);
    }
  }
  const others = considered.filter(({ chosen }) => !chosen);
  const near = others.filter(({ because }) => !because.startsWith('its path'));
  const shown = (near.length > 0 ? near : others).slice(0, MOST_OTHERS);
  if (shown.length > 0) lines.push('', 'other routes');
  for (const { id, because, place } of shown) lines.push(`  ${id}: ${because}  (${place.file}:${place.line})`);
  if (others.length > shown.length) lines.push(`  and ${others.length - shown.length} more`);
  if (chain.length > 0) lines.push('', 'policies, phase by phase');
  for (const { phase, steps } of chain) {
    lines.push(`  ${phase}`);
    for (const step of steps) lines.push(...stepLines(step));
  }
  return lines;
}

function stepLines({ policy, label, from, place, onFailure, runs, verdicts }: ExplainedStep): string[] {
  const named = label === undefined ? policy : `${policy} (${label})`;
  const passed =
    runs === 'yes' ? '' : runs === 'no' ? ', passed over: its `when` does not hold' : ', if its `when` holds';
  return [
    `    ${named}  of the ${from}, ${place.file}:${place.line}, when it fails: ${onFailure}${passed}`,
    ...verdicts.slice(0, 3).map(({ at, outcome, status, because }) => {
      const reason = because === undefined ? '' : `: ${because}`;
      return `      ${new Date(at).toISOString()} ${outcome}${status === undefined ? '' : ` ${status}`}${reason}`;
    }),
  ];
}
