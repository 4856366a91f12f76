import { writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { raise } from '../../../errors/catalogue.ts';
import type { GatewayProblem } from '../../../gateway/files/gateway-problem.ts';
import { type GatewaySources, isFolder, ocelotFilesIn } from '../../../gateway/files/gateway-sources.ts';
import { readGatewayFile } from '../../../gateway/files/read-gateway-file.ts';
import { isError } from '../../../gateway/operations/compile-problems.ts';
import { importFiles } from '../../../gateway/operations/import-files.ts';
import { gatewayFiles, tryGateway } from '../../../host/gateway/gateway-workbench.ts';
import { readTextFile } from '../../../host/read-text-file.ts';
import { EXIT } from '../../exit-code.ts';
import { openBench } from '../../open-bench.ts';
import { printJson } from '../../output.ts';
import type { FilesOptions } from './check.ts';
import { printGatewayProblems, say } from './problem-lines.ts';

interface ImportOptions extends FilesOptions {
  readonly environment?: string;
  readonly out?: string;
}

/**
 * `backplane gateway import FILE…`: what becomes of every part, and the gateway file that runs them as they stand. Schemes are those of the
 * configuration folder. Ends with 0 only for files that can run, their policies included.
 */
export async function importGateway(paths: readonly string[], options: ImportOptions): Promise<void> {
  const { environment, out } = options;
  const files = paths.flatMap(ocelotFilesOf).map((name) => ({ name, text: readTextFile(name) }));
  const authentication = schemesOf(gatewayFiles([], options.config));
  const schemes = Object.keys(authentication);
  const imported = importFiles(files, {
    ...(environment !== undefined && { environment }),
    schemes,
    variables: process.env,
  });
  const { report } = imported;
  const findings: GatewayProblem[] = [...report.errors, ...report.compatNotes, ...report.ignored];
  let problems = findings;
  if (imported.runs) {
    await using bench = await openBench(options);
    const { compat, entry } = imported;
    const text = stringify({ compat, authentication, routes: [entry] });
    const sources = { texts: [{ name: 'the import', text }], json: [], ocelotFiles: () => files };
    await tryGateway(sources, bench, (tried) => {
      problems = [...findings, ...tried.problems.filter((one) => isError(one))];
    });
  }
  const runs = !problems.some(isError);
  const yaml = gatewayFileOf(imported, out, paths);
  if (options.json) printJson({ ...imported, runs, problems, yaml });
  else {
    say([...report.mapped.map(({ place, to }) => `${place.file}:${place.line}  ${to}`)]);
    printGatewayProblems(problems);
    const counts = `${imported.routes.length} ${imported.routes.length === 1 ? 'route' : 'routes'}, by the rules of ${imported.compat}`;
    say([runs ? `${counts}: it can run.` : `${counts}: it cannot run as it stands.`]);
  }
  if (!runs) process.exitCode = EXIT.failed;
  else if (out !== undefined) write(out, yaml);
  else if (!options.json) say(['', ...yaml.trimEnd().split('\n')]);
}

/** A file, or all of a folder that Ocelot would merge. */
function ocelotFilesOf(path: string): readonly string[] {
  return isFolder(path) ? ocelotFilesIn(path) : [path];
}

/** What runs the files as they stand; paths are meant from where it is written. */
function gatewayFileOf(
  { compat, entry }: ReturnType<typeof importFiles>,
  out: string | undefined,
  paths: readonly string[],
): string {
  const from = dirname(resolve(out ?? 'gateway.yaml'));
  const names = paths.map((path) => {
    const way = relative(from, resolve(path));
    return way.startsWith('.') ? way : `./${way}`;
  });
  return stringify({ compat, routes: [{ ...entry, ocelot: names.length === 1 ? names[0] : names }] });
}

function schemesOf({ texts }: GatewaySources): Readonly<Record<string, unknown>> {
  const read = texts.flatMap(({ name, text }) => readGatewayFile(text, name, process.env, () => undefined) ?? []);
  return Object.assign({}, ...read.map(({ content }) => content.authentication));
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it is there already' : (code ?? 'unknown');
    throw raise.USAGE({ message: `--out: cannot write ${file}: ${why}.` }, { cause });
  }
}
