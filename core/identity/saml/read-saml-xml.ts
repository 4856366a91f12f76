import { DOMParser, type Document, onErrorStopParsing } from '@xmldom/xmldom';
import { MOST_XML_BYTES, SamlProblem } from './saml-problem.ts';

const DEEPEST = 24;
const MOST_ELEMENTS = 5_000;

/**
 * Parses what an identity provider sent. Everything that parsers disagree about is refused before one sees it: document types,
 * entities, comments, CDATA sections, processing instructions, and more depth than SAML has.
 * @throws SamlProblem
 */
export function readSamlXml(xml: string): Document {
  if (Buffer.byteLength(xml) > MOST_XML_BYTES) throw new SamlProblem(`it has more than ${MOST_XML_BYTES} bytes`);
  const text = xml.replace(/^\s*<\?xml [^<>?]*\?>/, '');
  if (text.includes('<!')) throw new SamlProblem('it has a document type, a comment or a CDATA section');
  if (text.includes('<?')) throw new SamlProblem('it has a processing instruction');
  if (/&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)/.test(text))
    throw new SamlProblem('it has an entity of its own');
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
    throw new SamlProblem('it has control characters');
  checkDepth(text);
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml');
  } catch {
    throw new SamlProblem('it is not well-formed XML');
  }
}

/** Counts tags as they stand; `>` in the value of an attribute is skipped with its quotes. */
function checkDepth(text: string): void {
  let depth = 0;
  let elements = 0;
  for (const [tag] of text.matchAll(/<(?:[^<>"']|"[^"<]*"|'[^'<]*')*>/g)) {
    if (tag.startsWith('</')) depth -= 1;
    else {
      elements += 1;
      if (!tag.endsWith('/>')) depth += 1;
    }
    if (depth > DEEPEST) throw new SamlProblem(`its elements are nested more than ${DEEPEST} deep`);
    if (elements > MOST_ELEMENTS) throw new SamlProblem(`it has more than ${MOST_ELEMENTS} elements`);
  }
}
