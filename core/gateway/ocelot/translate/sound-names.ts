import { raise } from '../../../errors/catalogue.ts';
import type { Spot } from '../findings.ts';
import type { Section } from '../reading/section.ts';
import type { Translation } from './translation.ts';

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const ONE_LINE = /^[^\r\n\0]*$/;

type Pair = Spot & { readonly key: string; readonly value: string };

/** A dictionary whose keys are names of headers; others are reported and left out, values of several lines too. */
export function headerPairs({ findings }: Translation, section: Section, property: string): readonly Pair[] {
  return section.pairs(property).filter((pair) => {
    const expected = HEADER_NAME.test(pair.key) ? 'made of values of one line' : 'made of names of headers';
    if (HEADER_NAME.test(pair.key) && ONE_LINE.test(pair.value)) return true;
    findings.error(pair, raise.OCELOT_VALUE_INVALID({ name: property, expected }));
    return false;
  });
}

/** A dictionary without empty names. */
export function namedPairs({ findings }: Translation, section: Section, property: string): readonly Pair[] {
  return section.pairs(property).filter((pair) => {
    if (pair.key !== '') return true;
    findings.error(pair, raise.OCELOT_VALUE_INVALID({ name: property, expected: 'made of names that are not empty' }));
    return false;
  });
}

/** The name of a header; what is none is reported. Undefined where it is empty or missing. */
export function headerName({ findings }: Translation, section: Section, property: string): string | undefined {
  const text = section.text(property);
  if (!text) return undefined;
  if (HEADER_NAME.test(text)) return text;
  findings.error(
    section.at(property),
    raise.OCELOT_VALUE_INVALID({ name: property, expected: 'the name of a header' }),
  );
  return undefined;
}
