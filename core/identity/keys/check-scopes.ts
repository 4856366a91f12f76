import { SCOPES } from '../../access/scope.ts';
import { raise } from '../../errors/catalogue.ts';

const RESOURCES = new Set(Object.keys(SCOPES).map((scope) => scope.split(':')[0]!));
const ACTION = /^action:[a-z0-9_.*-]+:execute$/;

/** A key that asks for what does not exist is a mistake, and would be a surprise once it does. @throws API_KEY_SCOPE_UNKNOWN */
export function checkScopes(scopes: readonly string[]): void {
  for (const scope of scopes) {
    const [resource, verb, ...rest] = scope.split(':');
    const known =
      scope === '*' ||
      Object.hasOwn(SCOPES, scope) ||
      ACTION.test(scope) ||
      (verb === '*' && rest.length === 0 && RESOURCES.has(resource!));
    if (!known) throw raise.API_KEY_SCOPE_UNKNOWN({ scope });
  }
}
