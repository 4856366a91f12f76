import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsolePage } from '../../contributions/console-page.ts';
import type { Columns, Entity } from '../../contributions/entity.ts';
import type { ExpressionFunction } from '../../contributions/expression-function.ts';
import type { Migration } from '../../contributions/migration.ts';
import type { OAuthProvider } from '../../contributions/oauth-provider.ts';
import type { Template } from '../../contributions/template.ts';
import { asJson } from '../check-schema.ts';
import { type Check, check, expectEqual, expectThat } from './check.ts';

export function oauthProviderChecks(provider: OAuthProvider): Check[] {
  const { name, grants, endpoints, scopes, sendTokenTo, settings = {}, parameters, account } = provider;
  return [
    check(`${name}: it is data`, () => {
      expectEqual(asJson(provider), structuredClone({ ...provider }), 'the provider as JSON');
    }),
    check(`${name}: each grant has its endpoint, each default scope its words`, () => {
      expectThat(grants.length > 0, 'it names no grant');
      if (grants.includes('authorization_code'))
        expectThat(endpoints.authorize !== undefined, '`endpoints.authorize` is missing');
      if (grants.includes('device_code')) expectThat(endpoints.device !== undefined, '`endpoints.device` is missing');
      const unknown = [...scopes.default, ...(scopes.service ?? [])].filter(
        (scope) => !Object.hasOwn(scopes.known, scope),
      );
      expectEqual(unknown, [], 'default scopes without words');
    }),
    check(`${name}: its token goes to named hosts only`, () => {
      expectThat(!sendTokenTo.includes('*'), '`sendTokenTo` lets the token go anywhere');
    }),
    check(`${name}: what stands in braces is a setting`, () => {
      const places = JSON.stringify([endpoints, sendTokenTo, parameters?.service, account?.url]).matchAll(
        /\{([a-z][A-Za-z0-9_]*)\}/g,
      );
      const unknown = [...places].map((match) => match[1]!).filter((place) => !Object.hasOwn(settings, place));
      expectEqual(unknown, [], 'places without a setting');
    }),
  ];
}

export function expressionFunctionChecks(fn: ExpressionFunction): Check[] {
  return [
    check(`${fn.name}: its examples give what they say`, () => {
      expectThat(fn.examples.length > 0, 'it has no example');
      for (const { args, gives } of fn.examples)
        expectEqual(call(fn, args), gives, `${fn.name}(${JSON.stringify(args)})`);
    }),
    check(`${fn.name}: it gives the same again, and leaves its arguments alone`, () => {
      for (const { args } of fn.examples) {
        const before = structuredClone(args);
        expectEqual(call(fn, args), call(fn, args), 'its second answer');
        expectEqual(args, before, 'its arguments afterwards');
      }
    }),
    check(`${fn.name}: it names its parameters`, () => {
      for (const { args } of fn.examples)
        expectThat(args.length <= fn.parameters.length, 'an example has more arguments');
    }),
  ];
}

function call(fn: ExpressionFunction, args: unknown): unknown {
  return fn.call(...(args as unknown[]));
}

export function entityChecks({ name, columns, indexes = [] }: Entity): Check[] {
  return [
    check(`${name}: it has a primary key, and its indexes name its columns`, () => {
      const keys = Object.values(columns as Columns).filter(({ primary }) => primary === true);
      expectThat(keys.length > 0, 'no column is primary');
      const unknown = indexes.flatMap((index) => index.columns).filter((column) => !Object.hasOwn(columns, column));
      expectEqual(unknown, [], 'columns of indexes that do not exist');
    }),
  ];
}

export function migrationChecks(migrations: readonly Migration[]): Check[] {
  return [
    check('migrations: they stand in the order in which they run, and each does something', () => {
      const names = migrations.map(({ name }) => name);
      expectEqual(names, names.toSorted(), 'their order');
      for (const { name, up } of migrations) expectThat(up.length > 0, `${name} has no statement`);
    }),
  ];
}

export function fileChecks({ name, file }: ConsolePage | Template, folder: string | undefined): Check[] {
  if (folder === undefined) return [];
  return [
    check(`${name}: its file is there`, () => {
      expectThat(existsSync(join(folder, file)), `${file} does not exist`);
    }),
  ];
}
