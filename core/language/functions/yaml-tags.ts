import type { Tags } from 'yaml';
import { parseIsoDateTime } from '../values/parse-iso.ts';

/** Where PyYAML and the letter of YAML 1.1 differ: `y` and `n` are text, a float has a dot, a date without a zone is naive. */
const TESTS: Readonly<Record<string, RegExp>> = {
  'tag:yaml.org,2002:bool true': /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/,
  'tag:yaml.org,2002:bool false': /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/,
  'tag:yaml.org,2002:float EXP': /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*)[eE][-+]\d+$/,
};

const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)(?:(?:[Tt]|[ \t]+)(\d{1,2}:\d\d:\d\d(?:\.\d*)?)(?:[ \t]*(Z|[-+]\d\d?(?::?\d\d)?))?)?$/;

export function pythonTags(tags: Tags): Tags {
  return tags.map((tag): Tags[number] => {
    if (typeof tag !== 'object' || !('test' in tag) || tag.collection !== undefined) return tag;
    if (tag.tag === 'tag:yaml.org,2002:timestamp')
      return { ...tag, identify: () => false, test: TIMESTAMP, resolve: timestamp };
    const kind = tag.tag === 'tag:yaml.org,2002:bool' ? ` ${tag.test?.test('true')}` : ` ${tag.format ?? ''}`;
    const test = TESTS[tag.tag + kind];
    return test === undefined ? tag : { ...tag, test };
  });
}

function timestamp(text: string): unknown {
  const [, day = '', clock, zone = ''] = TIMESTAMP.exec(text) ?? [];
  if (clock === undefined) return Temporal.PlainDate.from(day);
  const offset = zone.replace(/^([-+])(\d)(?!\d)/, '$10$2');
  return (
    parseIsoDateTime(`${day}T${clock.padStart(clock.indexOf(':') === 1 ? clock.length + 1 : 0, '0')}${offset}`) ?? text
  );
}
