import type { KeyValue } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { NOW, pem } from './response.fixture.ts';
import { redirectTo, type SamlField } from './saml-bindings.ts';
import { newMessageId } from './saml-messages.ts';
import { createSamlProvider } from './saml-provider.ts';
import { signMessage } from './sign-message.ts';

const SLO = 'https://flows.example/api/auth/saml/idp/slo';
const IDP = { privateKey: pem('idp.key'), certificate: pem('idp.crt') };
const OTHER = { privateKey: pem('other.key'), certificate: pem('other.crt') };

function memory(): KeyValue {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    setIfAbsent: async (key, value) => !kept.has(key) && kept.set(key, value) !== undefined,
    delete: async (key) => void kept.delete(key),
  };
}

function open(binding: 'redirect' | 'post' = 'redirect') {
  const provider = createSamlProvider({
    config: {
      id: 'idp',
      entityId: 'https://idp.example/saml',
      signInUrl: 'https://idp.example/sso',
      signOutUrl: 'https://idp.example/slo?tenant=1',
      signOutBinding: binding,
      keys: [{ privateKey: pem('sp.key'), certificate: pem('sp.crt') }],
      certificates: [pem('idp.crt')],
      groupsAttribute: 'groups',
      allowIdpInitiated: false,
      allowedDomains: ['example.com'],
      createUsers: true,
    },
    used: memory(),
    baseUrl: () => 'https://flows.example',
    now: () => NOW,
  });
  return { provider, logout: provider.logout! };
}

interface Words {
  readonly id?: string;
  readonly issuer?: string;
  readonly destination?: string;
  readonly issued?: number;
  readonly until?: number;
  readonly content?: string;
  readonly name?: string;
}

const NAME = '<saml:NameID>ada</saml:NameID>';
const INDEX = '<samlp:SessionIndex>_s1</samlp:SessionIndex>';

/** A message as an honest provider writes it, but for what is said otherwise. */
function message(words: Words = {}, more = ''): string {
  const { id = newMessageId(), issuer = 'https://idp.example/saml', destination = SLO, issued = NOW } = words;
  const { until = NOW + 60_000, content = NAME + INDEX, name = 'LogoutRequest' } = words;
  const time = (at: number) => new Date(at).toISOString();
  return `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${time(issued)}" NotOnOrAfter="${time(until)}" Destination="${destination}"${more}><saml:Issuer>${issuer}</saml:Issuer>${content}</samlp:${name}>`;
}

const byRedirect = (xml: string, key: string | undefined = IDP.privateKey, field: SamlField = 'SAMLRequest') => ({
  by: 'redirect' as const,
  query: new URL(redirectTo(SLO, { field, xml, relayState: 'a b' }, key)).search.slice(1),
});
const byPost = (signed: string, field: SamlField = 'SAMLRequest') => ({
  by: 'post' as const,
  fields: { [field]: Buffer.from(signed).toString('base64'), RelayState: 'a b' },
});
const refusedFor = (cause: RegExp) => ({ code: 'SAML_LOGOUT_REFUSED', message: expect.stringMatching(cause) });
const ENDED = [{ issuer: 'https://idp.example/saml', subject: 'ada', session: '_s1' }];

test.each([
  ['redirect', () => byRedirect(message())],
  ['post', () => byPost(signMessage(message(), IDP))],
] as const)('a provider says by %s which session has ended, and is answered', async (_binding, call) => {
  const news = await open().logout.receive(call());
  if (news.kind !== 'ended') throw new Error('it was taken for an answer');
  expect(news.sessions).toEqual(ENDED);
  const answer = await news.answer();
  expect(answer.by === 'redirect' && new URL(answer.url).searchParams.get('RelayState')).toBe('a b');
  expect(answer.url).toMatch(/^https:\/\/idp\.example\/slo\?tenant=1&SAMLResponse=/);
});

test('without a session index, all sessions of the name have ended', async () => {
  const news = await open().logout.receive(byRedirect(message({ content: NAME })));
  expect(news).toMatchObject({ sessions: [{ issuer: 'https://idp.example/saml', subject: 'ada' }] });
});

test('what we send is signed by our key, by redirect and by post, and a provider of the same making takes it', async () => {
  const name = { value: 'ada<', format: 'urn:x', qualifiers: { SPNameQualifier: 'q' } };
  const redirected = await open().logout.begin(name, '_s1');
  const [host, certificates] = ['https://idp.example/slo?tenant=1', [pem('sp.crt')]];
  const { readRedirect, readPosted } = await import('./saml-bindings.ts');
  const { openPostedLogout, readLogout } = await import('./read-logout.ts');
  const { xml } = readRedirect(new URL(redirected.url).search.slice(1), certificates);
  expect(xml).toContain('SPNameQualifier="q" Format="urn:x">ada&lt;</saml:NameID><samlp:SessionIndex>_s1');
  const posted = await open('post').logout.begin(name, '_s1');
  if (posted.by !== 'post') throw new Error('it was sent by redirect');
  const received = { field: 'SAMLRequest', xml: readPosted(posted.fields['SAMLRequest']!) } as const;
  const expected = {
    issuer: 'https://flows.example/api/auth/saml/idp/metadata',
    certificates,
    signOutUrl: host,
    now: NOW,
  };
  expect(readLogout(openPostedLogout(received, expected), received, expected)).toMatchObject({
    nameId: 'ada<',
    sessions: ['_s1'],
  });
});

test('requests to sign in are signed where the host has a key', () => {
  const { url } = open().provider.begin('/');
  const { searchParams } = new URL(url);
  expect([...searchParams.keys()]).toEqual(['SAMLRequest', 'SigAlg', 'Signature']);
});

test('the metadata shows our keys, and where to sign out by either binding', () => {
  const xml = open().provider.metadata();
  expect(xml).toContain('AuthnRequestsSigned="true"');
  expect(xml.match(/KeyDescriptor use="(signing|encryption)"/g)).toHaveLength(2);
  expect(xml.match(/<SingleLogoutService Binding="[^"]*HTTP-(Redirect|POST)" Location="[^"]*\/slo"/g)).toHaveLength(2);
  expect(xml).not.toContain('PRIVATE');
});

const answerTo = (id: string, status = 'Success', inner = '') =>
  message(
    {
      name: 'LogoutResponse',
      content: `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}">${inner}</samlp:StatusCode></samlp:Status>`,
    },
    ` InResponseTo="${id}"`,
  );

test('an answer is taken once, to what was asked, and says whether everybody was reached', async () => {
  const { logout } = open();
  const ask = async () => {
    const { url } = await logout.begin({ value: 'ada', qualifiers: {} }, '_s1');
    const { readRedirect } = await import('./saml-bindings.ts');
    return /ID="([^"]+)"/.exec(readRedirect(new URL(url).search.slice(1), [pem('sp.crt')]).xml)![1]!;
  };
  const id = await ask();
  const answer = byRedirect(answerTo(id), IDP.privateKey, 'SAMLResponse');
  expect(await logout.receive(answer)).toEqual({ kind: 'answered', isComplete: true });
  await expect(logout.receive(answer)).rejects.toMatchObject(refusedFor(/nothing that was asked/));
  const partial = answerTo(await ask(), 'Success', '<samlp:StatusCode Value="urn:x:PartialLogout"/>');
  expect(await logout.receive(byPost(signMessage(partial, IDP), 'SAMLResponse'))).toMatchObject({ isComplete: false });
});

const changedQuery = (change: (query: string) => string) => () => {
  const { by, query } = byRedirect(message());
  return { by, query: change(query) };
};

test.each<[string, () => Parameters<ReturnType<typeof open>['logout']['receive']>[0], RegExp]>([
  ['no signature', changedQuery((query) => query.replace(/&SigAlg.*/, '')), /not signed/],
  ['the signature of somebody else', () => byRedirect(message(), OTHER.privateKey), /configured certificates/],
  ['a RelayState that was changed', changedQuery((query) => query.replace('a%20b', 'evil')), /configured certificates/],
  ['a RelayState that was taken away', changedQuery((query) => query.replace('&RelayState=a%20b', '')), /configured/],
  [
    'SHA-1',
    changedQuery((query) =>
      query.replace(/SigAlg=[^&]*/, 'SigAlg=http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1'),
    ),
    /algorithm/,
  ],
  ['a second message', changedQuery((query) => `SAMLRequest=x&${query}`), /twice/],
  ['a request that is a response too', changedQuery((query) => `SAMLResponse=x&${query}`), /exactly one message/],
  ['a bomb', () => byRedirect(message({ content: NAME + ' '.repeat(10_000_000) })), /too large/],
  ['a post without a signature', () => byPost(message()), /exactly one Signature/],
  ['a post that somebody else signed', () => byPost(signMessage(message(), OTHER)), /configured certificates/],
  ['a post that was changed', () => byPost(signMessage(message(), IDP).replace('>ada<', '>eve<')), /configured/],
  [
    'a signed request wrapped in another',
    () => {
      const signed = signMessage(message(), IDP);
      return byPost(
        message({ content: `<saml:NameID>eve</saml:NameID><samlp:Extensions>${signed}</samlp:Extensions>` }),
      );
    },
    /exactly one Signature, of the whole/,
  ],
  [
    'a signature that refers to a part',
    () => {
      const signed = signMessage(message({ id: '_in' }), IDP);
      const signature = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(signed)![0];
      const inner = signed.replace(signature, '');
      return byPost(
        message({ content: `${signature}<saml:NameID>eve</saml:NameID><samlp:Extensions>${inner}</samlp:Extensions>` }),
      );
    },
    /does not refer/,
  ],
  ['another Issuer', () => byRedirect(message({ issuer: 'https://evil.example' })), /Issuer/],
  ['another Destination', () => byRedirect(message({ destination: 'https://evil.example' })), /Destination/],
  ['an old message', () => byRedirect(message({ issued: NOW - 400_000 })), /expired/],
  ['a message from the future', () => byRedirect(message({ issued: NOW + 400_000 })), /not valid yet/],
  ['a request that has expired', () => byRedirect(message({ until: NOW - 61_000 })), /expired/],
  ['no name', () => byRedirect(message({ content: INDEX })), /exactly one NameID/],
  ['a name with a comment', () => byRedirect(message({ content: '<saml:NameID>a<!---->b</saml:NameID>' })), /comment/],
  ['a response where a request belongs', () => byRedirect(message({ name: 'Response' })), /not a LogoutRequest/],
  ['an answer that nobody asked for', () => byRedirect(answerTo('_x'), IDP.privateKey, 'SAMLResponse'), /nothing that/],
])('%s is refused', async (_what, call, cause) => {
  await expect(open().logout.receive(call())).rejects.toMatchObject(refusedFor(cause));
});

test('a request is taken once', async () => {
  const { logout } = open();
  const call = byRedirect(message());
  await logout.receive(call);
  await expect(logout.receive(call)).rejects.toMatchObject(refusedFor(/used already/));
});
