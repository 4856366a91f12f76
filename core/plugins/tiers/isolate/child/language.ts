import { parseJson, stringifyJson } from '@backplane/sdk';
import { toErrorRecord } from '../../../../errors/to-record.ts';
import { expressionsPort } from '../../../ports/expressions-port.ts';

/** Lambdas that one plugin can have compiled at a time. */
const MOST_LAMBDAS = 10_000;

/** The expression language as text in, text out. Lambdas stay here and are called by number. */
export function createLanguage(): (op: string, args: string) => string {
  const lambdas: ((argument: unknown) => unknown)[] = [];
  const numbers = new Map<string, number>();
  const run = (op: string, args: readonly unknown[]): unknown => {
    switch (op) {
      case 'lambda': {
        const source = String(args[0]);
        const known = numbers.get(source);
        if (known !== undefined) return known;
        if (lambdas.length >= MOST_LAMBDAS) throw new Error('too many lambdas');
        numbers.set(source, lambdas.push(expressionsPort.lambda(source)) - 1);
        return lambdas.length - 1;
      }
      case 'call':
        return lambdas[Number(args[0])]!(args[1]);
      case 'jsonpath':
        return expressionsPort.jsonpath(String(args[0]), args[1]);
      case 'isTruthy':
        return expressionsPort.isTruthy(args[0]);
      default:
        return expressionsPort.isEqual(args[0], args[1]);
    }
  };
  return (op, args) => {
    try {
      return stringifyJson({ value: run(op, parseJson(args) as unknown[]) });
    } catch (thrown) {
      return stringifyJson({ error: toErrorRecord(thrown) });
    }
  };
}
