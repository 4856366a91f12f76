/** The grammar of HTTP/1.1 messages as far as both directions share it (RFC 9110 §5, RFC 9112 §2). */

/** A method, or the name of a field. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
/** What must not stand in the value of a field; characters beyond Latin-1 would become others on the wire. */
export const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
/** Of a body. */
export const LENGTH = /^\d{1,15}$/;
