import { expect, test } from 'vitest';
import { importText, ocelotRoute, scheme } from '../import-ocelot.fixture.ts';
import cases from './acceptance-findings.json' with { type: 'json' };

/** A file and the errors and warnings that its import gives: severity, code, and where it is of importance the place in the file. */
interface Case {
  readonly says: string;
  readonly text?: string;
  readonly compat?: 'ocelot' | 'ocelot-24.0';
  readonly routes?: readonly Readonly<Record<string, unknown>>[];
  readonly aggregates?: readonly unknown[];
  readonly global?: unknown;
  readonly finds: readonly string[];
  /** What may be found besides. */
  readonly also?: readonly string[];
}

const schemes = { Bearer: scheme('Bearer') };

test.each(cases as unknown as readonly Case[])('$says: $finds', (given) => {
  const { text, compat = 'ocelot', routes = [], aggregates = [], global = {}, finds, also = [] } = given;
  const file = {
    Routes: routes.map((route) => ocelotRoute({ DownstreamPathTemplate: '/there', ...route })),
    Aggregates: aggregates,
    GlobalConfiguration: global,
  };
  const { findings } = importText(text ?? JSON.stringify(file), { compat, schemes });
  const found = findings
    .filter(({ severity, code }) => severity !== 'info' && !also.includes(`${severity} ${code}`))
    .map(({ severity, code, pointer }) => {
      const short = `${severity} ${code}`;
      return finds.includes(`${short} ${pointer}`) ? `${short} ${pointer}` : short;
    });
  expect(found.toSorted()).toEqual(finds.toSorted());
});
