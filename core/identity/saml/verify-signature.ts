import type { Element } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { readSamlXml } from './read-saml-xml.ts';
import { allElements, attribute, childElements, childrenNamed, NS, SIGNATURES } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';

const DIGESTS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];
const TRANSFORMS = [`${NS.signature}enveloped-signature`, NS.exclusive];

/** What was signed: exactly the bytes that the signature covers, and the element that they are when they are parsed anew. */
export interface SignedElement {
  readonly xml: string;
  readonly element: Element;
}

/**
 * Checks a Signature that stands in the element that it signs. Whatever the document says besides what is answered must not be read.
 * `certificates`: PEM, the only ones that count.
 * @throws SamlProblem
 */
export function verifySignature(xml: string, signature: Element, certificates: readonly string[]): SignedElement {
  checkShape(signature);
  for (const certificate of certificates) {
    const signed = signedBytes(xml, signature, certificate);
    if (signed === undefined) continue;
    const element = readSamlXml(signed).documentElement;
    const covered = signature.parentNode as Element;
    // What came out of the canonical form is the element that was meant, and not nothing.
    if (
      element === null ||
      element.localName !== covered.localName ||
      attribute(element, 'ID') !== attribute(covered, 'ID')
    )
      throw new SamlProblem('the signature covers something else');
    return { xml: signed, element };
  }
  throw new SamlProblem('the signature is not one of the configured certificates over these bytes');
}

function checkShape(signature: Element): void {
  const children = childElements(signature).map((child) => child.localName);
  if (!/^SignedInfo,SignatureValue(,KeyInfo)?$/.test(children.join(',')))
    throw new SamlProblem('the Signature holds more than a signature');
  const info = childrenNamed(signature, NS.signature, 'SignedInfo')[0];
  const references = info === undefined ? [] : childrenNamed(info, NS.signature, 'Reference');
  if (info === undefined || references.length !== 1 || childElements(info).length !== 3)
    throw new SamlProblem('the Signature does not have exactly one Reference');
  const covered = signature.parentNode as Element;
  const id = attribute(covered, 'ID');
  if (id === undefined || id === '' || attribute(references[0]!, 'URI') !== `#${id}`)
    throw new SamlProblem('the Signature does not refer to the element that it stands in');
  const sameIds = allElements(signature.ownerDocument!).filter((element) =>
    Array.from(element.attributes).some(({ localName, value }) => /^id$/i.test(localName ?? '') && value === id),
  );
  if (sameIds.length !== 1) throw new SamlProblem('several elements have the same ID');
  allowAlgorithms(info, references[0]!);
}

function allowAlgorithms(info: Element, reference: Element): void {
  const of = (parent: Element, name: string) =>
    childrenNamed(parent, NS.signature, name).map((element) => attribute(element, 'Algorithm') ?? '');
  const allow = (what: string, used: readonly string[], allowed: readonly string[]) => {
    if (used.length === 0 || used.some((algorithm) => !allowed.includes(algorithm)))
      throw new SamlProblem(`the ${what} is not one that is allowed`);
  };
  allow('canonical form', of(info, 'CanonicalizationMethod'), [NS.exclusive]);
  allow('signature algorithm', of(info, 'SignatureMethod'), SIGNATURES);
  allow('digest algorithm', of(reference, 'DigestMethod'), DIGESTS);
  const transforms = childrenNamed(reference, NS.signature, 'Transforms').flatMap((list) => of(list, 'Transform'));
  allow('list of transforms', transforms, TRANSFORMS);
  if (transforms.length > TRANSFORMS.length) throw new SamlProblem('the list of transforms is not one that is allowed');
}

/** The canonical bytes under the signature; undefined when it is not by this certificate, whatever certificate it brings itself. */
function signedBytes(xml: string, signature: Element, certificate: string): string | undefined {
  const signed = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
  const only = <T extends object>(all: T, names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) as T;
  signed.SignatureAlgorithms = only(signed.SignatureAlgorithms, SIGNATURES);
  signed.HashAlgorithms = only(signed.HashAlgorithms, DIGESTS);
  signed.CanonicalizationAlgorithms = only(signed.CanonicalizationAlgorithms, TRANSFORMS);
  try {
    signed.loadSignature(signature.toString());
    if (!signed.checkSignature(xml)) return undefined;
  } catch {
    return undefined;
  }
  const bytes = signed.getSignedReferences();
  return bytes.length === 1 ? bytes[0] : undefined;
}
