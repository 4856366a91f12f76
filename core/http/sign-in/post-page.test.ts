import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { POST_PAGE_HEADERS, postPage } from './post-page.ts';

const html = postPage('https://idp.example/slo?a=1&b="', { SAMLRequest: 'abc=', RelayState: '"><script>x</script>' });

test('its one script is the one that the policy of the page allows, and no other is in it', () => {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!);
  expect(scripts).toHaveLength(1);
  const hash = createHash('sha256').update(scripts[0]!).digest('base64');
  expect(POST_PAGE_HEADERS['Content-Security-Policy']).toContain(`script-src 'sha256-${hash}'`);
  expect(POST_PAGE_HEADERS['Content-Security-Policy']).toContain("default-src 'none'");
});

test('what is sent on is text, and without scripts there is a button', () => {
  expect(html).toContain('action="https://idp.example/slo?a=1&amp;b=&quot;"');
  expect(html).toContain('value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"');
  expect(html).toContain('<button>');
});
