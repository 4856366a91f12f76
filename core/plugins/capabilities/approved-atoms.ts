import { type Atom, atomsOf } from './atom.ts';
import { canonicalCapabilities } from './canonical.ts';
import type { Capabilities } from './capabilities.ts';

/** What is asked for as the lock keeps it, sorted: `network GET api.acme.test`, `files write reports`, `secrets`. */
export function atomLines(capabilities: Capabilities): string[] {
  return atomsOf(canonicalCapabilities(capabilities))
    .map(({ capability, right, target }) => [capability, right || '-', target].join(' ').replace(/(?: -)? $/, ''))
    .toSorted();
}

/** The lines of {@link atomLines} read again, without reasons. */
export function atomsOfLines(lines: readonly string[]): Atom[] {
  return lines.map((line) => {
    const [capability = '', right = '-', ...target] = line.split(' ');
    return {
      capability: capability as Atom['capability'],
      right: right === '-' ? '' : right,
      target: target.join(' '),
      why: '',
    };
  });
}
