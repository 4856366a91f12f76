import type { ServerResponse } from 'node:http';

/** Ends an answer whose headers are set. As HTTP asks, 204, 205 and 304 go without a body, whatever is given. */
export function writeBody(response: ServerResponse, status: number, body: string | Buffer): void {
  response.statusCode = status;
  if (status === 204 || status === 304) {
    for (const name of ['Content-Type', 'Content-Length', 'Transfer-Encoding']) response.removeHeader(name);
    response.end();
  } else if (status === 205) {
    response.setHeader('Content-Length', 0);
    response.end();
  } else {
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(body);
  }
}
