import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCatalogue, Plugin } from '@backplane/sdk';
import { stringifyJson } from '@backplane/sdk';
import { lintPage } from '../core/authoring/lint/lint-page.ts';
import { hostConfigJsonSchema } from '../core/config/host-config.ts';
import { catalogue } from '../core/errors/catalogue.ts';
import { gatewayFileJsonSchema } from '../core/gateway/files/gateway-file-schema.ts';
import { CHECKOUT } from '../core/host/checkout.ts';
import { HOST_VERSION } from '../core/host/version.ts';
import { apiRoutes } from '../core/http/create-app.ts';
import { openApiDocument } from '../core/http/openapi.ts';
import { signInRoutes } from '../core/http/sign-in/sign-in-router.ts';
import { webhookDescription } from '../core/http/webhooks/webhook-description.ts';
import { functionsPage } from '../core/language/functions/functions-page.ts';
import { manifestJsonSchema } from '../core/plugins/manifest/manifest-schema.ts';
import { pluginsConfigJsonSchema } from '../core/plugins/plugins-config.ts';
import { accessPage } from './access-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { gatewayFilesPage } from './gateway-files-page.ts';
import { oauthProvidersPage } from './oauth-providers-page.ts';
import { performancePage } from './performance-page.ts';
import { sdkReport } from './sdk-report.ts';

/** Every file that is made from the source: its path in the checkout and what must stand in it. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const json = (value: unknown) => `${stringifyJson(value, 2)}\n`;
  const plugins = await firstPartyPlugins('actions');
  const sections = plugins.filter((plugin) => plugin.errors !== undefined);
  return new Map([
    [
      'docs/errors.md',
      errorsPage([
        { title: 'Host', catalogue },
        ...sections.map((plugin) => ({ title: `Plugin ${plugin.id}`, catalogue: plugin.errors as ErrorCatalogue })),
      ]),
    ],
    ['docs/performance.md', performancePage()],
    ['docs/reference/access.md', accessPage()],
    ['docs/reference/configuration.md', configurationPage()],
    ['docs/reference/functions.md', functionsPage()],
    ['docs/reference/gateway/files.md', gatewayFilesPage()],
    ['docs/reference/plugin-lint.md', lintPage()],
    ['docs/reference/oauth-providers.md', oauthProvidersPage(await firstPartyPlugins('oauth'))],
    // The routes are read for their shapes only; nothing is called.
    [
      'docs/openapi.json',
      json(
        openApiDocument([...apiRoutes({} as never), ...signInRoutes({} as never), webhookDescription], HOST_VERSION),
      ),
    ],
    ['config/schemas/backplane.schema.json', json(hostConfigJsonSchema())],
    ['config/schemas/gateway.schema.json', json(gatewayFileJsonSchema())],
    ['config/schemas/plugins.schema.json', json(pluginsConfigJsonSchema())],
    ['config/schemas/plugin.schema.json', json(manifestJsonSchema())],
    ['sdk/api.md', sdkReport()],
  ]);
}

async function firstPartyPlugins(area: 'actions' | 'oauth'): Promise<Plugin[]> {
  const folder = join(CHECKOUT, 'plugins', area);
  const modules = readdirSync(folder)
    .sort()
    .map((name) => import(join(folder, name, 'index.ts')) as Promise<{ default: Plugin }>);
  return (await Promise.all(modules)).map((module) => module.default);
}
