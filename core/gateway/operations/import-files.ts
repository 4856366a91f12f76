import { stringify } from 'yaml';
import type { GatewayText } from '../files/read-gateway.ts';
import { importOcelot } from '../ocelot/import-ocelot.ts';
import type { OcelotReport } from '../ocelot/import-report.ts';

export interface ImportAsked {
  /** Which `ocelot.NAME.json` lies over the others; default `Development`, as in Ocelot. */
  readonly environment?: string;
  /** Names of authentication schemes that gateway files declare. */
  readonly schemes?: readonly string[];
  /** Variables of the environment, which lie over the files as in .NET. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

export interface ImportedFiles {
  /** Whether a gateway can run it. */
  readonly runs: boolean;
  readonly compat: string;
  readonly routes: readonly string[];
  readonly report: OcelotReport;
  /** In `routes` of a gateway file: what runs them as they stand. */
  readonly entry: { readonly ocelot: string | readonly string[]; readonly environment?: string };
  /** That gateway file. */
  readonly yaml: string;
}

/** Says of Ocelot files what becomes of every part, and gives the gateway file that runs them. */
export function importFiles(files: readonly GatewayText[], asked: ImportAsked = {}): ImportedFiles {
  const { environment, schemes = [], variables } = asked;
  const place = { file: files[0]?.name ?? '', line: 1, column: 1 };
  const { model, compat, report } = importOcelot(files, {
    ...(environment !== undefined && { environment }),
    ...(variables !== undefined && { variables }),
    schemes: Object.fromEntries(
      schemes.map((name) => [name, { id: `scheme/${name}`, policy: name, config: {}, label: name, place }]),
    ),
  });
  const names = files.map(({ name }) => (/^[./]/.test(name) ? name : `./${name}`));
  const entry = {
    ocelot: names.length === 1 ? names[0]! : names,
    ...(environment !== undefined && { environment }),
  };
  return {
    runs: report.errors.length === 0,
    compat,
    routes: model.routes.map(({ id }) => id),
    report,
    entry,
    yaml: stringify({ compat, routes: [entry] }),
  };
}
