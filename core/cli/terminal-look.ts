/** What a terminal can show, and how wide it is. */
export interface TerminalLook {
  readonly width: number;
  readonly colours: boolean;
  /** False: ASCII alone. */
  readonly unicode: boolean;
}

const USUAL_WIDTH = 100;
const NARROWEST = 40;
const WIDEST = 240;

export function terminalLook(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: NodeJS.ProcessEnv = process.env,
): TerminalLook {
  const told = Number(environment['COLUMNS'] ?? Number.NaN);
  const width = Number.isInteger(told) && told > 0 ? told : stream.columns || USUAL_WIDTH;
  const { LC_ALL, LC_CTYPE, LANG, TERM, NO_COLOR } = environment;
  const dumb = TERM === 'dumb';
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, width)),
    colours: stream.isTTY === true && !dumb && (NO_COLOR === undefined || NO_COLOR === ''),
    unicode: !dumb && /utf-?8/i.test([LC_ALL, LC_CTYPE, LANG].find((value) => value) ?? ''),
  };
}

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'dim' | 'bold';

const CODES: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export function coloured(look: TerminalLook, colour: Colour | undefined, text: string): string {
  if (!look.colours || colour === undefined || text === '') return text;
  const [on, off] = CODES[colour];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Text of a run must not move the cursor or change the title of somebody's terminal. */
export function harmless(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
