import { describeValue } from '../values/describe-value.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaRun } from './lambda-run.ts';
import type { LambdaValue } from './lambda-value.ts';

/** Names bound so far, the innermost first. Never changed: every binding makes a new link. */
export interface Environment {
  readonly run: LambdaRun;
  readonly name?: string;
  readonly value?: LambdaValue;
  readonly outer?: Environment;
}

export function bind(outer: Environment, name: string, value: LambdaValue): Environment {
  return { run: outer.run, name, value, outer };
}

/** Binds a target of `for`: one name, or several that unpack a list of just as many. */
export function bindTargets(
  outer: Environment,
  targets: readonly string[],
  unpacks: boolean,
  item: LambdaValue,
): Environment {
  if (!unpacks) return bind(outer, targets[0]!, item);
  const items = typeof item === 'string' ? Array.from(item) : item;
  if (!Array.isArray(items) || items.length !== targets.length) {
    throw lambdaTypeError(`${describeValue(item)} cannot be unpacked into ${targets.length} names`);
  }
  return targets.reduce((environment, name, at) => bind(environment, name, items[at] as LambdaValue), outer);
}

/** The compiler has checked that the name is bound. */
export function lookUp(environment: Environment, name: string): LambdaValue {
  let link: Environment | undefined = environment;
  while (link !== undefined && link.name !== name) link = link.outer;
  return link?.value ?? null;
}
