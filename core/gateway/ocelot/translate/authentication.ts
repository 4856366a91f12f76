import { raise } from '../../../errors/catalogue.ts';
import type { AuthenticationUse } from '../../model/route-model.ts';
import type { Section } from '../reading/section.ts';
import type { RouteOptions, Translation } from './translation.ts';

const NONE: AuthenticationUse = { mode: 'none', schemes: [] };
const SIGN_IN = /(?:^|\/)(?:auth|login|log-in|signin|sign-in|register|signup|token|refresh)(?=\/|$)/i;

/** AuthenticationOptions → the schemes of the gateway file that they name. */
export function translateAuthentication(
  translation: Translation,
  route: RouteOptions,
  template: string,
): AuthenticationUse {
  const { findings, surroundings } = translation;
  const options = route.options('AuthenticationOptions');
  if (options === undefined || !asksWho(options)) return NONE;
  const old = options.text('AuthenticationProviderKey');
  const names = schemeNames(options);
  const spot = options.at('AuthenticationProviderKeys', 'AuthenticationProviderKey');
  const declared = surroundings.schemes ?? {};
  const schemes = names.flatMap((name) => {
    const scheme = declared[name];
    if (scheme !== undefined) return [scheme];
    findings.error(spot, raise.OCELOT_SCHEME_UNKNOWN({ scheme: name }));
    return [];
  });
  const others = Object.keys(declared).filter((name) => !names.includes(name));
  if (old !== undefined && names.length === 1 && others.length > 0) {
    findings.warn(spot, raise.OCELOT_SCHEME_SINGLE({ scheme: names[0]!, others }));
  }
  const isOptional = options.flag('Optional') === true;
  if (!isOptional && SIGN_IN.test(template)) findings.warn(spot, raise.OCELOT_LOGIN_PROTECTED({ template }));
  translation.mapped.push({ place: options.place, pointer: options.pointer, to: 'authenticate' });
  return { mode: isOptional ? 'optional' : 'required', schemes };
}

/** Whether callers of a route have to say who they are; else nothing is asked of their scopes either. */
export function asksWho(options: Section | undefined): boolean {
  return options !== undefined && options.flag('AllowAnonymous') !== true && schemeNames(options).length > 0;
}

/** The old name comes first. */
function schemeNames(options: Section): readonly string[] {
  const old = options.text('AuthenticationProviderKey');
  return [...new Set([...(old ? [old] : []), ...options.texts('AuthenticationProviderKeys').filter(Boolean)])];
}
