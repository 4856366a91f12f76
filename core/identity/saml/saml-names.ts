import type { Document, Element } from '@xmldom/xmldom';

export const NS = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
  encryption11: 'http://www.w3.org/2009/xmlenc11#',
} as const;

export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
export const POST_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
export const REDIRECT_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
/** The algorithms of signatures that are taken; the first is the one that we write. */
export const SIGNATURES = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
] as const;

/** Children that are elements. */
export function childElements(element: Element): Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
}

/** Children of this name, and of this namespace alone. */
export function childrenNamed(element: Element, namespace: string, name: string): Element[] {
  return childElements(element).filter((child) => child.namespaceURI === namespace && child.localName === name);
}

export function allElements(document: Document): Element[] {
  return Array.from(document.getElementsByTagName('*'));
}

/** Every element of this name, whatever its namespace: a look-alike counts as one. */
export function allNamed(document: Document, name: string): Element[] {
  return allElements(document).filter((element) => element.localName === name);
}

/** The value of an attribute without a namespace. */
export function attribute(element: Element, name: string): string | undefined {
  return element.hasAttribute(name) ? element.getAttribute(name)! : undefined;
}

/** The text of an element that has nothing but text. */
export function plainText(element: Element): string | undefined {
  const nodes = Array.from(element.childNodes);
  return nodes.every((node) => node.nodeType === 3) ? nodes.map((node) => node.nodeValue ?? '').join('') : undefined;
}
