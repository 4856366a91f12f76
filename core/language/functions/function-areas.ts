import { addressFunctions } from './address-functions.ts';
import { compareFunctions, logicFunctions } from './compare-functions.ts';
import { dateFunctions } from './date-functions.ts';
import { datePartFunctions } from './date-part-functions.ts';
import { durationFunctions } from './duration-functions.ts';
import { encodingFunctions, platformFunctions } from './encoding-functions.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { indicatorFunctions } from './indicator-functions.ts';
import { jsonFunctions } from './json-functions.ts';
import { listFunctions } from './list-functions.ts';
import { mapFunctions } from './map-functions.ts';
import { mathFunctions } from './math-functions.ts';
import { membershipFunctions } from './membership-functions.ts';
import { nowFunctions } from './now-functions.ts';
import { regexFunctions } from './regex-functions.ts';
import { setFunctions } from './set-functions.ts';
import { tableFunctions } from './table-functions.ts';
import { textFormatFunctions } from './text-format-functions.ts';
import { textFunctions } from './text-functions.ts';

export interface FunctionArea {
  readonly title: string;
  readonly functions: readonly ExpressionFunction[];
}

/** Every function, by area, in the order of the reference page. */
export const functionAreas: readonly FunctionArea[] = [
  { title: 'Text', functions: textFunctions },
  { title: 'Regular expressions', functions: regexFunctions },
  { title: 'Comparison', functions: compareFunctions },
  { title: 'Logic', functions: logicFunctions },
  { title: 'Lists', functions: [...listFunctions, ...membershipFunctions, ...setFunctions] },
  { title: 'Numbers', functions: mathFunctions },
  { title: 'Maps', functions: mapFunctions },
  { title: 'JSON, YAML, CSV', functions: [...jsonFunctions, ...textFormatFunctions] },
  { title: 'Tables and Markdown', functions: tableFunctions },
  { title: 'Dates and times', functions: [...nowFunctions, ...dateFunctions, ...datePartFunctions] },
  { title: 'Durations', functions: durationFunctions },
  { title: 'Encoding, hashes, identifiers', functions: encodingFunctions },
  { title: 'IP addresses', functions: addressFunctions },
  { title: 'Indicators in text', functions: indicatorFunctions },
  { title: 'Platform', functions: platformFunctions },
];
