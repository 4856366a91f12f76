import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemLine } from '../core/gateway/files/gateway-problem.ts';
import { hasGatewayFiles } from '../core/gateway/files/gateway-sources.ts';
import { readGatewayFile } from '../core/gateway/files/read-gateway-file.ts';
import { checkout } from './source-tree.fixture.ts';

const pages = ['docs/reference/gateway/**/*.md', 'docs/guides/*gateway*.md', 'config/gateway/*.md'].flatMap((pattern) =>
  globSync(pattern, { cwd: checkout }),
);
/** Examples may name what the reader has. */
const environment = new Proxy({}, { get: () => 'http://example.com' });

test('every example of a gateway file on the pages of the gateway is one', () => {
  const examples = pages.flatMap((page) => {
    const text = readFileSync(join(checkout, page), 'utf8');
    return [...text.matchAll(/^```yaml[^\n]*\n(.*?)^```$/gms)].map(([, yaml = '']) => ({ page, yaml }));
  });
  const files = examples.filter(({ yaml }) => /^routes:/m.test(yaml));
  const problems: string[] = [];
  for (const { page, yaml } of files)
    readGatewayFile(yaml, page, environment, (problem) => problems.push(problemLine(problem)));
  expect(problems).toEqual([]);
  expect(files.length).toBeGreaterThan(3);
});

test('the folder of a fresh checkout does not switch the gateway on', () => {
  expect(hasGatewayFiles(join(checkout, 'config', 'gateway'))).toBe(false);
});
