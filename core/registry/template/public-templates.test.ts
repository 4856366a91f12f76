import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { createActionRegistry } from '../action-registry.ts';
import { leafAction } from '../leaf-action.fixture.ts';
import { checkTemplateFiles } from './check-template-files.ts';
import { corpus, runGoldenCases } from './golden-corpus.fixture.ts';
import { loadTemplates } from './load-templates.ts';
import { readTemplate } from './read-template.ts';
import { indexTemplate } from './template-index.ts';
import { yamlFiles } from './yaml-files.ts';

/** Actions that answer from the fixture; what the real ones do with their arguments is tested with them. */
function registryOfDoubles() {
  const registry = createActionRegistry();
  const { status: status_code, headers, data } = corpus.httpFixture() as Record<string, unknown>;
  const run = () => ({ status_code, headers, data });
  for (const name of ['core.http_request', 'core.http_poll']) registry.add(leafAction({ name, run }));
  registry.add(leafAction({ name: 'core.transform.reshape', run: ({ args }) => args['value'] }));
  return registry;
}

/** Actions that other parts of the project bring. */
const ELSEWHERE = [
  'core.script.run_python',
  'core.transform.apply',
  'core.transform.filter',
  'tools.falconpy.call_command',
  'tools.google_api.call_api',
  'tools.google_api.call_paginated_api',
  'tools.slack_sdk.call_method',
  'tools.slack_sdk.call_paginated_method',
];

describe.skipIf(!corpus.present)('public templates (skipped where ../shared/conformance is absent)', () => {
  test('every file passes the check', async () => {
    const registry = registryOfDoubles();
    for (const name of ELSEWHERE) registry.add(leafAction({ name }));
    const { files, problems } = await checkTemplateFiles([corpus.templates], registry);
    expect(problems).toEqual([]);
    expect(files).toBeGreaterThan(0);
  });

  test('every file is indexed under the name that parsing it gives', async () => {
    for (const file of await yamlFiles([corpus.templates])) {
      const text = await readFile(file, 'utf8');
      const { definition } = readTemplate(parseYaml(text, file));
      expect(indexTemplate(text), relative(corpus.templates, file)).toEqual({ name: definition!.name });
    }
  });

  test('recorded runs give the same calls and results', async () => {
    const registry = registryOfDoubles();
    const { loaded, problems } = await loadTemplates([corpus.templates], registry);
    expect(problems).toEqual([]);
    const { equal, different, originalRaised, waiting } = await runGoldenCases(registry);
    console.info(`${loaded.length} templates, ${equal} runs equal`, { originalRaised, waiting });
    expect(different).toEqual([]);
    expect(equal).toBeGreaterThan(600);
    expect(originalRaised.refused).toEqual([]);
  });
});
