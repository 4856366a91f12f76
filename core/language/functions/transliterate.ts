/** Letters that do not decompose into ASCII: `letter:ascii` pairs, lower case. Latin, Cyrillic, Greek and common punctuation. */
const PAIRS =
  'ß:ss æ:ae œ:oe ø:o đ:d ð:d þ:th ł:l ı:i ħ:h ŋ:ng ŧ:t ĸ:k ſ:s ƒ:f €:EUR £:PS ¥:Y ©:(c) ®:(r) ™:tm ‐:- ‑:- ‒:- –:- —:-- ―:-- •:* …:... ‘:’ ' +
  'а:a б:b в:v г:g ґ:g д:d е:e ё:io є:ie ж:zh з:z и:i й:i і:i ї:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ў:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ' +
  'ы:y э:e ю:iu я:ia ђ:dj ј:j љ:lj њ:nj ћ:tsh џ:dz ' +
  'α:a β:b γ:g δ:d ε:e ζ:z η:e θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s ς:s τ:t υ:u φ:ph χ:kh ψ:ps ω:o';

const TABLE = new Map(PAIRS.split(' ').map((pair) => [pair.slice(0, 1), pair.slice(2)]));

/** The nearest ASCII of a text: accents go, Latin, Cyrillic and Greek letters are spelled out, other scripts are left out. */
export function transliterated(text: string): string {
  return Array.from(text, ascii).join('');
}

function ascii(character: string): string {
  if (character <= '\x7f') return character;
  const lower = character.toLowerCase();
  const known = TABLE.get(lower);
  if (known !== undefined) return character === lower ? known : known.charAt(0).toUpperCase() + known.slice(1);
  const decomposed = character.normalize('NFKD');
  if (decomposed === character) return '';
  return Array.from(decomposed, ascii).join('');
}
