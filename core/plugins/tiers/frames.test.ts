import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, writeFrame } from './frames.ts';

const frame = fc.record({
  text: fc.string({ unit: 'binary' }),
  tail: fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined }),
});

test('what was written is read, however the pipe cuts it', () => {
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 50 }), (frames, cut) => {
      const read: object[] = [];
      const reader = new FrameReader(1_000_000, (text, tail) => read.push({ text, tail }));
      const all = Buffer.concat(frames.map(({ text, tail }) => writeFrame(text, tail)));
      for (let at = 0; at < all.length; at += cut) expect(reader.push(all.subarray(at, at + cut))).toBe(true);
      const sent = frames.map(({ text, tail }) => ({ text: Buffer.from(text).toString(), tail }));
      expect(read).toEqual(sent);
    }),
  );
});

test('a frame that is too large is refused by its announcement alone', () => {
  const reader = new FrameReader(100, () => expect.unreachable());
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0xffff_ffff, 0);
  expect(reader.push(head)).toBe(false);
});
