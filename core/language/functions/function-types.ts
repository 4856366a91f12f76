import { functionAliases } from './function-aliases.ts';

/** The kinds of values that expressions compute with, by Python's names. */
export type ValueKind =
  | 'null'
  | 'bool'
  | 'int'
  | 'float'
  | 'str'
  | 'list'
  | 'dict'
  | 'datetime'
  | 'date'
  | 'time'
  | 'duration';

/** What a function takes and gives, as far as that can be said without its arguments. */
export interface FunctionType {
  /** By position; undefined where anything goes. */
  readonly parameters: readonly (ReadonlySet<ValueKind> | undefined)[];
  /** What every further argument of a variadic function must be. */
  readonly rest?: ReadonlySet<ValueKind>;
  /** Undefined: anything. */
  readonly result: readonly ValueKind[] | undefined;
  /** Of the lists that it gives. */
  readonly items: ValueKind | undefined;
}

/** Short names of what several kinds have in common. */
const GROUPS: Readonly<Record<string, readonly ValueKind[]>> = {
  number: ['bool', 'int', 'float'],
  /** What Python goes over item by item. */
  items: ['list', 'str', 'dict'],
  when: ['datetime', 'str'],
  day: ['datetime', 'date', 'str'],
};

/** `names: parameters -> result`. `?` takes null as well, `*` stands for any number; functions that are not here are not known. */
const TYPES = `
capitalize titleize uppercase lowercase slugify url_decode normalize_email: str -> str
to_base64 from_base64 to_base64url from_base64url hash_md5 hash_sha1 hash_sha256 hash_sha512: str -> str
concat: *str -> str
join: items str? -> str
split: str str -> list[str]
strip: str str? -> str
replace: str str str -> str
slice: str int int -> str
startswith endswith regex_match regex_not_match: str str -> bool
prefix suffix: str|list any -> str|list
format: str *any -> str
url_encode: any str? -> str
at: str|list int -> any
regex_extract: str str -> str|null
is_equal not_equal is_not_equal greater_than greater_than_or_equal less_than less_than_or_equal: any any -> bool
is_null not_null is_not_null not is_json: any -> bool
compact drop_nulls flatten unique: items -> list
length: items -> int
is_empty not_empty is_not_empty: items -> bool
range: int int int? -> list[int]
zip iter_product: *items -> list[list]
zip_map: items items -> dict
is_in contains not_in is_not_in does_not_contain: any items -> bool
contains_any_of contains_none_of: items any -> bool
union: *items -> list
intersection difference symmetric_difference: items items -> list
sum: items any -> any
lookup: dict any -> any
map_keys: dict dict -> dict
merge: list -> dict
flatten_dict: dict|list|str int? -> dict
to_keys: dict -> list[str]
to_values: dict -> list
serialize_json serialize prettify_json serialize_yaml: any -> str
deserialize_json deserialize_yaml: str -> any
deserialize_ndjson: str -> list
parse_csv: str -> list[dict]
tabulate: list str? -> str
to_markdown_list: list any -> str
to_markdown_table to_markdown_tasks: list -> str
now utcnow wall_clock: any any -> datetime|str
today: -> date
datetime: int int int int? int? int? -> datetime
to_datetime: day|int|float str? -> datetime
parse_datetime: str str -> datetime
format_datetime: day|time str -> str
to_isoformat: day|time any -> str
to_timestamp: when str? -> int
from_timestamp: number|str str? -> datetime
parse_time: time|str -> time
to_time: when -> time
set_timezone: when str -> datetime
unset_timezone: when -> datetime
is_working_hours: when any any any any -> bool
windows_filetime get_second get_minute get_hour: when -> int
get_day get_year: day -> int
get_day_of_week get_month: day str? -> int|str
seconds minutes hours days weeks: number -> duration
seconds_between minutes_between hours_between days_between weeks_between: day day -> float
ipv4_in_subnet ipv6_in_subnet: str str -> bool
ipv4_is_public ipv6_is_public: str -> bool
check_ip_version: str -> int
extract_ip extract_ipv4 extract_ipv6 extract_domains extract_urls extract_emails: str any any -> list[str]
extract_md5 extract_sha1 extract_sha256 extract_sha512 extract_mac extract_asns extract_cves: str -> list[str]
uuid4: -> str
`;

const table: ReadonlyMap<string, FunctionType> = new Map(TYPES.trim().split('\n').flatMap(readLine));

/** What `FN.name` takes and gives; undefined when nothing is known of it. */
export function functionType(name: string): FunctionType | undefined {
  return table.get(name) ?? (Object.hasOwn(functionAliases, name) ? table.get(functionAliases[name]!) : undefined);
}

function readLine(line: string): (readonly [string, FunctionType])[] {
  const [names = '', signature = ''] = line.split(':');
  const [given = '', gives = ''] = signature.split('->');
  const written = given.trim() === '' ? [] : given.trim().split(' ');
  const variadic = written.find((one) => one.startsWith('*'));
  const rest = variadic === undefined ? undefined : taken(variadic.slice(1));
  const [, item] = /^list\[(.*)\]$/.exec(gives.trim()) ?? [];
  const result = kinds(gives.trim().replace(/\[.*/, ''));
  const type: FunctionType = {
    parameters: written.filter((one) => one !== variadic).map(taken),
    ...(rest !== undefined && { rest }),
    result: result && [...result],
    items: item as ValueKind | undefined,
  };
  return names.split(' ').map((name) => [name, type] as const);
}

/** Where an integer is wanted, `True` and `False` are 1 and 0. */
function taken(written: string): ReadonlySet<ValueKind> | undefined {
  const all = kinds(written);
  return all?.has('int') ? new Set([...all, 'bool']) : all;
}

function kinds(written: string): ReadonlySet<ValueKind> | undefined {
  if (written === 'any') return undefined;
  const named = written.replace('?', '').split('|');
  const all = named.flatMap((name) => GROUPS[name] ?? [name as ValueKind]);
  return new Set(written.endsWith('?') ? [...all, 'null'] : all);
}
