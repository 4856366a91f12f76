/** Where a plugin says what it does. `fields` are JSON; secrets that the host handed out are masked in all of it. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}
