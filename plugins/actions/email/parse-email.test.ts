import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseEmail } from './parse-email.ts';

async function parse(message: string, more: object = {}) {
  const parsed = await parseEmail.input['~standard'].validate({ message, ...more });
  if (parsed.issues !== undefined) throw new Error(parsed.issues[0]!.message);
  return parseEmail.run({ input: parsed.value } as never);
}

const PHISH = `Return-Path: <bounce@bad.example>
Received: from mx1 by store; Tue, 10 Nov 2026 08:14:22 +0000
Received: from vps
	by mx1; Tue, 10 Nov 2026 08:14:19 +0000
Authentication-Results: mx1; spf=fail;
	dmarc=fail
Authentication-Results: forged; spf=pass
From: =?utf-8?Q?S=C3=BCpport?= <help@good.example>
Reply-To: <reply@bad.example>
To: Team: a@x.example, "B, C" <b@x.example>;, c@x.example
Subject: =?utf-8?B?w5xiZXJyYXNjaHVuZw==?=
Date: Tue, 10 Nov 2026 08:14:15 +0200
Message-ID: <1@bad.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--c
Content-Type: text/html; charset=utf-8

<p>Grüße</p>
--c--
--b
Content-Type: application/octet-stream; name="Invoice.pdf.exe"
Content-Disposition: attachment; filename="Invoice.pdf.exe"
Content-Transfer-Encoding: base64

aGVsbG8=
--b
Content-Type: message/rfc822

Subject: inner

inner text
--b--
`;

test('a message is taken apart', async () => {
  const message = await parse(PHISH);
  expect(message).toMatchObject({
    subject: 'Überraschung',
    from: { name: 'Süpport', address: 'help@good.example' },
    reply_to: [{ name: '', address: 'reply@bad.example' }],
    return_path: 'bounce@bad.example',
    message_id: '<1@bad.example>',
    date: '2026-11-10T06:14:15.000Z',
    cc: [],
    sender: null,
  });
  expect(message.to.map(({ address }) => address)).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
  expect([message.text?.trim(), message.html?.trim()]).toEqual(['Grüße', '<p>Grüße</p>']);
});

test('the trustworthy authentication result is the topmost; relays come in order', async () => {
  const message = await parse(PHISH);
  expect(message.authentication_results).toBe('mx1; spf=fail; dmarc=fail');
  expect(message.received.map((line) => line.slice(0, 9))).toEqual(['from mx1 ', 'from vps ']);
  expect(message.headers.filter(({ name }) => name === 'Subject')).toEqual([
    { name: 'Subject', value: 'Überraschung' },
  ]);
});

test('attachments are described by size and hash; their content comes when asked for', async () => {
  const sha256 = createHash('sha256').update('hello').digest('hex');
  const facts = {
    filename: 'Invoice.pdf.exe',
    content_type: 'application/octet-stream',
    disposition: 'attachment',
    size: 5,
    sha256,
  };
  const [file, inner] = (await parse(PHISH)).attachments;
  expect(file).toEqual({ ...facts, content_id: null });
  expect(inner).toMatchObject({ content_type: 'message/rfc822' });
  expect((await parse(PHISH, { include_content: true })).attachments[0]).toMatchObject({ content_base64: 'aGVsbG8=' });
});

test('bytes that are not UTF-8 come as Base64', async () => {
  const bytes = Buffer.from(
    'From: a@b.example\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe',
    'latin1',
  );
  const input = { message_base64: bytes.toString('base64'), include_content: false };
  expect((await parseEmail.run({ input } as never)).text?.trim()).toBe('Grüße');
});

test('messages that are cut off, empty or wrongly encoded give what they have', async () => {
  for (let length = 40; length < PHISH.length; length += 37) await parse(PHISH.slice(0, length));
  const odd = await parse(
    'From: \r\nDate: yesterday\r\nContent-Type: text/plain; charset=no-such\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%',
  );
  expect(odd).toMatchObject({ from: null, date: 'yesterday', attachments: [] });
});

test('what is no message is refused', async () => {
  const code = (input: object) => Promise.try(() => parse('', input)).catch((error) => error.code);
  expect(await code({})).toBe('EMAIL_NOT_A_MESSAGE');
  expect(await code({ message: null })).toBe('EMAIL_NOT_A_MESSAGE');
  expect(await code({ message: null, message_base64: '!' })).toBe('EMAIL_NOT_A_MESSAGE');
  const deep = Array.from(
    { length: 300 },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  ).join('');
  expect(await code({ message: `From: a@b.example\r\n${deep}` })).toBe('EMAIL_NOT_A_MESSAGE');
});
