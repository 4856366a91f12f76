const XMLSOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const MICROSOFT = 'http://schemas.microsoft.com/ws/2008/06/identity/claims';

/** Short names and the URIs that .NET and SAML issuers use for the same claims. */
const SAME: readonly (readonly string[])[] = [
  ['role', `${MICROSOFT}/role`],
  ['groups', `${MICROSOFT}/groups`, 'http://schemas.xmlsoap.org/claims/Group'],
  ['sub', `${XMLSOAP}/nameidentifier`],
  ['email', `${XMLSOAP}/emailaddress`],
  ['name', `${XMLSOAP}/name`],
  ['given_name', `${XMLSOAP}/givenname`],
  ['family_name', `${XMLSOAP}/surname`],
  ['upn', `${XMLSOAP}/upn`],
  ['birthdate', `${XMLSOAP}/dateofbirth`],
  ['gender', `${XMLSOAP}/gender`],
  ['website', `${XMLSOAP}/webpage`],
  ['phone_number', `${XMLSOAP}/mobilephone`],
  ['auth_time', `${MICROSOFT}/authenticationinstant`],
  ['amr', 'http://schemas.microsoft.com/claims/authnmethodsreferences'],
  ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'],
  ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
];

export type Aliases = Readonly<Record<string, readonly string[]>>;

/** All names under which a claim may stand, the one asked for first. */
export function namesOf(claim: string, own: Aliases): readonly string[] {
  const same = SAME.find((group) => group.includes(claim)) ?? [];
  return [...new Set([claim, ...(Object.hasOwn(own, claim) ? own[claim]! : []), ...same])];
}
