import { expect, test } from 'vitest';
import { failureOf } from './mail-server.fixture.ts';

/** Nothing here gets as far as a connection. */
const refusal = (input: object, smtp?: Record<string, string>) => failureOf({ port: 1, input, smtp });

test.each([
  [{ recipients: ['b@there.example\r\nBcc: all@there.example'] }, 'recipients'],
  [{ recipients: ['b@there.example, c@there.example'] }, 'recipients'],
  [{ recipients: 'nobody' }, 'recipients'],
  [{ cc: ['Name <a@b.example'] }, 'cc'],
  [{ bcc: ['<a@b.example> <c@d.example>'] }, 'bcc'],
  [{ sender: 'a@b.example\nX: 1' }, 'sender'],
])('%j holds no single address', async (input, argument) => {
  expect(await refusal(input)).toMatchObject({
    code: 'EMAIL_ADDRESS_INVALID',
    message: expect.stringContaining(` in ${argument} `),
  });
});

test.each([
  [{ subject: 'Hi\r\nBcc: all@there.example' }, 'Subject'],
  [{ sender_prefix: 'Me\nX: 1' }, 'From'],
  [{ headers: { 'X-A': 'a\r\n\r\nbody' } }, 'X-A'],
  [{ headers: { 'X A': '1' } }, 'X A'],
  [{ headers: { BCC: 'all@there.example' } }, 'BCC'],
])('%j is no header', async (input, name) => {
  expect(await refusal(input)).toMatchObject({
    code: 'EMAIL_HEADER_INVALID',
    message: expect.stringContaining(JSON.stringify(name)),
  });
});

test('without a sender the message is not sent; the secret may name one', async () => {
  expect((await refusal({ sender: null })).code).toBe('EMAIL_SENDER_MISSING');
  expect((await refusal({ sender: null }, { SMTP_USER: 'me' })).code).toBe('EMAIL_SENDER_MISSING');
  expect((await refusal({ sender: null }, { SMTP_USER: 'me@here.example' })).code).toBe('EMAIL_SERVER_UNREACHABLE');
});

test('the secret must be usable', async () => {
  expect((await refusal({}, { SMTP_HOST: ' ' })).message).toBe('The secret smtp cannot be used: it has no SMTP_HOST.');
  expect((await refusal({}, { SMTP_PORT: 'smtp' })).code).toBe('EMAIL_SERVER_SETTINGS_INVALID');
  expect((await refusal({ enable_auth: true })).code).toBe('EMAIL_SERVER_SETTINGS_INVALID');
});

test('attachments are Base64', async () => {
  expect((await refusal({ attachments: [{ filename: 'a', content_base64: '!' }] })).code).toBe(
    'EMAIL_ATTACHMENT_INVALID',
  );
});
