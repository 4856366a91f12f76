import { raise } from './errors.ts';

/** What scripts list as dependencies though it comes with Python. */
const STANDARD = new Set(
  `abc argparse array ast asyncio base64 bisect bz2 calendar cmath codecs collections configparser contextlib copy csv dataclasses
  datetime decimal difflib email enum fnmatch fractions functools gzip hashlib heapq hmac html inspect io ipaddress itertools json
  logging lzma math mimetypes numbers operator os pathlib pickle pprint queue random re secrets shlex sqlite3 statistics string
  struct sys textwrap time timeit tomllib traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib
  zoneinfo`.split(/\s+/),
);

/** Throws PYTHON_DEPENDENCY for what would have to be installed; `name==1.2`, `name[extra]>=3` and the like are understood. */
export function refuseDependencies(dependencies: readonly string[]): void {
  const names = dependencies.filter((dependency) => !STANDARD.has(/^\s*([\w.-]*)/.exec(dependency)![1]!.toLowerCase()));
  if (names.length > 0) throw raise.PYTHON_DEPENDENCY({ names });
}
