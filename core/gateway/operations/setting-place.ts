import { parseYaml } from '../../language/source/parse-yaml.ts';
import { policyNames } from '../files/gateway-file-schema.ts';
import type { GatewayText } from '../files/read-gateway.ts';
import type { Place } from '../model/place.ts';

type Path = readonly (string | number)[];

/** Where a setting of a policy stands, given where its use does; the place of the use where that cannot be told. */
export function settingPlace(texts: readonly GatewayText[], use: Place, setting: Path): Place {
  const text = texts.find(({ name }) => name === use.file)?.text;
  if (text === undefined || setting.length === 0) return use;
  const source = parseYaml(text, use.file);
  const isThere = (path: Path) => {
    const { line, column } = source.positionOf(path);
    return line === use.line && column === use.column;
  };
  const found = usesIn(source.value).find(({ at }) => isThere(at));
  if (found === undefined) return use;
  const { line, column } = source.keyPositionOf([...found.settings, ...setting]);
  return { file: use.file, line, column };
}

interface Use {
  readonly at: Path;
  /** Where its settings begin. */
  readonly settings: Path;
}

function usesIn(value: unknown): readonly Use[] {
  const { authentication, policies, routes } = asMap(value);
  const schemes = Object.keys(asMap(authentication)).map((name): Use => {
    const at = ['authentication', name];
    return { at, settings: at };
  });
  const ofRoutes = asList(routes).flatMap((route, at) => listed(asMap(route)['policies'], ['routes', at, 'policies']));
  return [...schemes, ...listed(policies, ['policies']), ...ofRoutes];
}

function listed(policies: unknown, path: Path): readonly Use[] {
  return asList(policies).flatMap((entry, index) =>
    policyNames(asMap(entry)).map((name) => ({ at: [...path, index], settings: [...path, index, name] })),
  );
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
