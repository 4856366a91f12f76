import type { Document, Element } from '@xmldom/xmldom';
import { decryptAssertion } from './decrypt-assertion.ts';
import { readSamlXml } from './read-saml-xml.ts';
import { allNamed, NS } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';
import { verifySignature } from './verify-signature.ts';

export interface ResponseKeys {
  /** PEM. */
  readonly certificates: readonly string[];
  /** PEM. */
  readonly keys: readonly string[];
}

export interface OpenedResponse {
  /** Signed, or else good for nothing but to refuse. */
  readonly response: Element;
  /** Read from signed bytes alone. */
  readonly assertion: Element;
}

/**
 * What the identity provider has signed. The Response is signed, or its Assertion, or both, and then both signatures hold. An
 * Assertion that is encrypted is opened after the signature around it was checked, and is trusted no more than one that is not:
 * everybody can encrypt for us.
 * @throws SamlProblem
 */
export function openResponse(xml: string, { certificates, keys }: ResponseKeys): OpenedResponse {
  const document = readSamlXml(xml);
  const { root, content } = partsOf(document);
  const signatures = allNamed(document, 'Signature');
  const outer = childSignature(signatures, root);
  const inner = childSignature(signatures, content);
  if (signatures.length !== [outer, inner].filter((found) => found !== undefined).length)
    throw new SamlProblem('a Signature is neither a child of the Response nor of the Assertion');
  const isEncrypted = content.localName === 'EncryptedAssertion';
  if (isEncrypted && inner !== undefined) throw new SamlProblem('the EncryptedAssertion is signed itself');
  if (outer === undefined && inner === undefined && !isEncrypted)
    throw new SamlProblem('neither the Response nor the Assertion is signed');

  const whole = outer === undefined ? undefined : verifySignature(xml, outer, certificates);
  const response = whole?.element ?? root;
  const read = whole === undefined ? content : partsOf(response.ownerDocument!).content;
  const isSigned = whole !== undefined;
  if (isEncrypted) return { response, assertion: openEncrypted(read, { isSigned, certificates, keys }) };
  const own = childSignature(allNamed(read.ownerDocument!, 'Signature'), read);
  return {
    response,
    assertion: own === undefined ? read : verifySignature(whole?.xml ?? xml, own, certificates).element,
  };
}

/** One Response with one Assertion, plain or encrypted: nothing to confuse them with. */
function partsOf(document: Document): { readonly root: Element; readonly content: Element } {
  const root = document.documentElement;
  if (root === null || root.namespaceURI !== NS.protocol || root.localName !== 'Response')
    throw new SamlProblem('it is not a SAML 2.0 Response');
  if (allNamed(document, 'Response').length !== 1) throw new SamlProblem('there is not exactly one Response');
  const [content, ...more] = [...allNamed(document, 'Assertion'), ...allNamed(document, 'EncryptedAssertion')];
  if (content === undefined || more.length > 0) throw new SamlProblem('there is not exactly one Assertion');
  if (content.namespaceURI !== NS.assertion || content.parentNode !== root)
    throw new SamlProblem('the Assertion is not a child of the Response');
  refuseEncryptedParts(document);
  return { root, content };
}

function refuseEncryptedParts(document: Document): void {
  if (allNamed(document, 'EncryptedID').length + allNamed(document, 'EncryptedAttribute').length > 0)
    throw new SamlProblem('a part of the Assertion is encrypted by itself, which is not supported');
}

function childSignature(signatures: readonly Element[], parent: Element): Element | undefined {
  const [found, ...more] = signatures.filter((signature) => signature.parentNode === parent);
  if (more.length > 0) throw new SamlProblem('there is not exactly one Signature where one belongs');
  if (found !== undefined && found.namespaceURI !== NS.signature)
    throw new SamlProblem('the Signature is of another kind');
  return found;
}

interface Opening extends ResponseKeys {
  /** By a signature that covers what is encrypted. */
  readonly isSigned: boolean;
}

/**
 * Whatever is wrong from the moment on at which our key is used, the answer is the same: it tells nobody who makes up texts how
 * far one of them got.
 */
function openEncrypted(encrypted: Element, { isSigned, certificates, keys }: Opening): Element {
  const cipher = decryptAssertion(encrypted, { isSigned, keys });
  try {
    const xml = cipher();
    const document = readSamlXml(xml);
    const root = document.documentElement;
    if (root === null || root.namespaceURI !== NS.assertion || root.localName !== 'Assertion')
      throw new SamlProblem('it holds something else');
    if (allNamed(document, 'Assertion').length !== 1 || allNamed(document, 'EncryptedAssertion').length > 0)
      throw new SamlProblem('it holds more than one Assertion');
    refuseEncryptedParts(document);
    const signatures = allNamed(document, 'Signature');
    const own = childSignature(signatures, root);
    if (signatures.length > 1 || (signatures.length === 1 && own === undefined) || (own === undefined && !isSigned))
      throw new SamlProblem('it is not signed as it must be');
    return own === undefined ? root : verifySignature(xml, own, certificates).element;
  } catch (cause) {
    throw new SamlProblem(
      'what is encrypted is not, for a key of this host, one Assertion that the provider has signed',
      { cause },
    );
  }
}
