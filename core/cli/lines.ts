/**
 * The lines of a UTF-8 stream, split at `\n` only: JSON may hold U+2028 and its like as they are, where `node:readline` would
 * break the line. A line may be of any length.
 */
export async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Parts of a line that has not ended yet; joined once, so that a line of many chunks costs no more than its length.
  let begun: string[] = [];
  for await (const chunk of stream) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const part of parts.slice(0, -1)) {
      yield [...begun, part].join('');
      begun = [];
    }
    begun.push(parts.at(-1)!);
  }
  const last = `${begun.join('')}${decoder.decode()}`;
  if (last !== '') yield last;
}
