/**
 * Second names of functions: those that the original's own source gives them, where they differ from what expressions call. They
 * are accepted, since snippets copied from there use them, and listed nowhere.
 */
export const functionAliases: Readonly<Record<string, string>> = {
  add_prefix: 'prefix',
  add_suffix: 'suffix',
  and_: 'and',
  b64_to_str: 'from_base64',
  b64url_to_str: 'from_base64url',
  create_days: 'days',
  create_hours: 'hours',
  create_minutes: 'minutes',
  create_range: 'range',
  create_seconds: 'seconds',
  create_weeks: 'weeks',
  dict_keys: 'to_keys',
  dict_lookup: 'lookup',
  dict_values: 'to_values',
  format_string: 'format',
  generate_uuid: 'uuid4',
  map_dict_keys: 'map_keys',
  merge_dicts: 'merge',
  not_: 'not',
  or_: 'or',
  slice_str: 'slice',
  str_to_b64: 'to_base64',
  str_to_b64url: 'to_base64url',
  sum_: 'sum',
  zip_iterables: 'zip',
};
