/** The grammar of fields (RFC 9110 §5). */

/** A method, or the name of a field. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
/** Of a body, as Content-Length says it. */
export const LENGTH = /^\d{1,15}$/;
/** What must not stand in a value; characters beyond Latin-1 would become others on the wire. */
export const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
