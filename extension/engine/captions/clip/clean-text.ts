/** Names of HTML's entities, with their semicolon and some without it, and the text of each. */
export type Entities = Readonly<Record<string, string>>;

const LIGATURES: Readonly<Record<string, string>> = {
  Ĳ: 'IJ', ĳ: 'ij', ŉ: 'ʼn', Ǳ: 'DZ', ǲ: 'Dz', ǳ: 'dz', Ǆ: 'DŽ', ǅ: 'Dž', ǆ: 'dž', Ǉ: 'LJ', ǈ: 'Lj', ǉ: 'lj', Ǌ: 'NJ', ǋ: 'Nj', ǌ: 'nj',
  ﬀ: 'ff', ﬁ: 'fi', ﬂ: 'fl', ﬃ: 'ffi', ﬄ: 'ffl', ﬅ: 'ſt', ﬆ: 'st',
}; // prettier-ignore
const LIGATURE = new RegExp(`[${Object.keys(LIGATURES).join('')}]`, 'g');
const ESCAPE_SEQUENCES = /\u001b\[(?:\d|;)*[a-zA-Z]/g;
const CONTROLS = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u206a-\u206f\ufeff\ufff9-\ufffc]/g;
const C1 = /[\u0080-\u009f]/g;
const REFERENCE = /&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g;
/** A text that goes on changing is none of a caption. */
const MAX_PASSES = 8;

const windows1252 = new TextDecoder('windows-1252');

/**
 * A text as CLIP's tokenizer reads it: repaired as ftfy does (entities, quotes, ligatures, widths, control characters,
 * composed letters), HTML unescaped, blanks joined, in lower case. One thing is left out: texts that were decoded by a wrong
 * encoding (`cafÃ©`) stay as they are.
 */
export function cleanText(text: string, entities: Entities): string {
  const repaired = unescapeHtml(unescapeHtml(repair(text, entities), entities), entities);
  return repaired.replaceAll(/\p{White_Space}+/gu, ' ').trim().toLowerCase();
}

function repair(text: string, entities: Entities): string {
  const hasTags = text.includes('<');
  let repaired = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = repairOnce(hasTags ? repaired : repaired.replaceAll(/&#?[0-9A-Za-z]{1,24};/g, (found) => wholeEntity(found, entities)));
    if (next === repaired) break;
    repaired = next;
  }
  return repaired;
}

function repairOnce(text: string): string {
  return text
    .replaceAll(C1, (character) => windows1252.decode(Uint8Array.of(character.charCodeAt(0))))
    .replaceAll(LIGATURE, (character) => LIGATURES[character] ?? character)
    .replaceAll(/[\u3000\uff01-\uffef]/g, (character) => character.normalize('NFKC'))
    .replaceAll(/[\u02bc\u2018-\u201b]/g, "'")
    .replaceAll(/[\u201c-\u201f]/g, '"')
    .replaceAll(/\r\n|[\r\u2028\u2029\u0085]/g, '\n')
    .toWellFormed()
    .replaceAll(ESCAPE_SEQUENCES, '')
    .replaceAll(CONTROLS, '')
    .normalize('NFC');
}

/** Only what is an entity to its end; names of letters may be in capitals (`&EACUTE;`). */
function wholeEntity(found: string, entities: Entities): string {
  if (found.startsWith('&#')) {
    const character = numericReference(found.slice(1));
    return character.includes(';') ? found : character;
  }
  const name = found.slice(1);
  const lower = name.toLowerCase();
  const known = entities[name] ?? (name === name.toUpperCase().replace(/;$/, ';') && isLetter(entities[lower]) ? entities[lower]?.toUpperCase() : undefined);
  return known ?? found;
}

function isLetter(text: string | undefined): boolean {
  return text !== undefined && /^\p{L}$/u.test(text);
}

/** As HTML 5 has it: names without a semicolon count as far as the longest of them goes. */
function unescapeHtml(text: string, entities: Entities): string {
  return text.includes('&') ? text.replaceAll(REFERENCE, (found) => (found.startsWith('&#') ? numericReference(found.slice(1)) : namedReference(found, entities))) : text;
}

function namedReference(found: string, entities: Entities): string {
  const name = found.slice(1);
  for (let length = name.length; length > 1; length--) {
    const known = entities[name.slice(0, length)];
    if (known !== undefined) return known + name.slice(length);
  }
  return found;
}

/** @param reference `#233;`, `#xE9` */
function numericReference(reference: string): string {
  const number = /^#[xX]/.test(reference) ? Number.parseInt(reference.slice(2), 16) : Number.parseInt(reference.slice(1), 10);
  if (number === 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)) return '\ufffd';
  if (number === 0x0d) return '\r';
  if (number >= 0x80 && number <= 0x9f) return windows1252.decode(Uint8Array.of(number));
  const isNone = (number < 0x20 && !/[\t\n\f]/.test(String.fromCharCode(number))) || number === 0x7f || (number >= 0xfdd0 && number <= 0xfdef) || (number & 0xfffe) === 0xfffe;
  return isNone ? '' : String.fromCodePoint(number);
}
