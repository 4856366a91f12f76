import { fromCsv } from './csv-text.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { fromYaml, toYaml } from './yaml-text.ts';

export const textFormatFunctions: readonly ExpressionFunction[] = [
  defineFunction('serialize_yaml', 'x', 'YAML with sorted keys.', (given) => toYaml(given.value(0))),
  defineFunction('deserialize_yaml', 'text', 'The value that YAML text holds (YAML 1.1).', (given) =>
    fromYaml(given.text(0), given),
  ),
  defineFunction('parse_csv', 'text', 'A map for each row, with the first row as keys.', (given) =>
    fromCsv(given.text(0), given),
  ),
];
