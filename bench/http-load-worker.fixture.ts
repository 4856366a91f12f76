// A process of its own: keeps so many connections busy with one request each until the asked number is answered. HTTP/1.1 as bytes,
// so that the one who asks costs the machine less than the one who answers.
import { connect } from 'node:net';

export interface Load {
  readonly port: number;
  /** The whole request as it goes over the wire. */
  readonly request: string;
  readonly connections: number;
  readonly requests: number;
  /** What every answer must begin with. */
  readonly status: string;
  /** What must stand in every answer. */
  readonly holds: string;
}

process.on('message', (load: Load) => {
  run(load).then(
    () => process.send!({}),
    (error: Error) => process.send!({ error: error.message }),
  );
});

async function run({ port, request, connections, requests, status, holds }: Load): Promise<void> {
  const bytes = Buffer.from(request);
  let left = requests;
  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      let text = '';
      const next = () => {
        if (left-- > 0) socket.write(bytes);
        else socket.end(resolve);
      };
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the server closed a connection')));
      socket.on('data', (data: Buffer) => {
        text += data.toString('latin1');
        const length = lengthOf(text);
        if (length === undefined || text.length < length) return;
        if (text.length > length || !text.startsWith(status) || !text.includes(holds))
          reject(new Error(`an answer is not what it should be:\n${text}`));
        text = '';
        next();
      });
    });
  await Promise.all(Array.from({ length: connections }, connection));
}

/** Of head and body; undefined while the head is not whole. */
function lengthOf(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text);
  if (length === null) throw new Error(`an answer without Content-Length:\n${text}`);
  return end + 4 + Number(length[1]);
}
