import type { Document, Element } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { readSamlXml } from './read-saml-xml.ts';
import { allElements, attribute, childElements, childrenNamed, NS } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';

const SIGNATURES = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
const DIGESTS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];
const TRANSFORMS = [`${NS.signature}enveloped-signature`, NS.exclusive];

/**
 * What the identity provider has signed: the Response or its Assertion, parsed anew from exactly the bytes that the signature
 * covers. Whatever else the document says must not be read. `certificates`: PEM, the only ones that count.
 * @throws SamlProblem
 */
export function verifySignature(xml: string, document: Document, certificates: readonly string[]): Element {
  const signature = onlySignature(document);
  checkShape(signature, document);
  for (const certificate of certificates) {
    const signed = signedBytes(xml, signature, certificate);
    if (signed === undefined) continue;
    const root = readSamlXml(signed).documentElement;
    const covered = signature.parentNode as Element;
    // What came out of the canonical form is the element that was meant, and not nothing.
    if (root === null || root.localName !== covered.localName || attribute(root, 'ID') !== attribute(covered, 'ID'))
      throw new SamlProblem('the signature covers something else');
    return root;
  }
  throw new SamlProblem('the signature is not one of the configured certificates over these bytes');
}

/** One Response, one Assertion, one Signature, the last a child of one of the others: nothing to confuse them with. */
function onlySignature(document: Document): Element {
  const root = document.documentElement;
  if (root === null || root.namespaceURI !== NS.protocol || root.localName !== 'Response')
    throw new SamlProblem('it is not a SAML 2.0 Response');
  const elements = allElements(document);
  const named = (name: string) => elements.filter((element) => element.localName === name);
  if (named('EncryptedAssertion').length + named('EncryptedID').length + named('EncryptedAttribute').length > 0)
    throw new SamlProblem('it is encrypted, which is not supported; its transport is');
  if (named('Response').length !== 1) throw new SamlProblem('there is not exactly one Response');
  const [assertion, ...moreAssertions] = named('Assertion');
  if (assertion === undefined || moreAssertions.length > 0) throw new SamlProblem('there is not exactly one Assertion');
  if (assertion.namespaceURI !== NS.assertion || assertion.parentNode !== root)
    throw new SamlProblem('the Assertion is not a child of the Response');
  const [signature, ...moreSignatures] = named('Signature');
  if (signature === undefined || moreSignatures.length > 0) throw new SamlProblem('there is not exactly one Signature');
  if (signature.namespaceURI !== NS.signature || (signature.parentNode !== root && signature.parentNode !== assertion))
    throw new SamlProblem('the Signature is neither a child of the Response nor of the Assertion');
  return signature;
}

function checkShape(signature: Element, document: Document): void {
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
  const sameIds = allElements(document).filter((element) =>
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
