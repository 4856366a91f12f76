import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { type AcceptanceCase, expectAcceptance } from './acceptance-case.fixture.ts';

const folder = new URL('acceptance/', import.meta.url);
const cases = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as readonly AcceptanceCase[];

describe.each(readdirSync(folder).toSorted())('%s', (name) => {
  test.each(cases(name))('$says', expectAcceptance);
});
