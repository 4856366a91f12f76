/** Larger than any honest response, with room for a thousand groups. */
export const MOST_XML_BYTES = 262_144;

/** Why a text is not taken, for whoever set up the identity provider. */
export class SamlProblem extends Error {}
