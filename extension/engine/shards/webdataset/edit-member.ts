import type { CellChange } from '../../../protocol/edits.ts';
import { editRecord, type EditFault } from '../jsonl/edit-record.ts';
import type { FieldKind } from './field-kind.ts';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
/** What a new member of JSON takes the place of. */
const NOTHING = 'null';

/** A member's bytes; null where the sample has no such member. */
export type MemberContent = Buffer | null;

/** Does one edit to a member: to all of it, or inside its JSON. Its path is from the member inwards. */
export function editMember(content: MemberContent, change: CellChange, decoding: FieldKind['decoding']): { readonly content: MemberContent } | EditFault {
  if (content === null) return newMember(change, decoding);
  if (change.path.length === 0 && !('json' in change.new)) {
    // An edit that changes nothing tells whether the old value is there.
    const same = editMember(content, { ...change, new: change.old }, decoding);
    return 'content' in same ? { content: null } : same;
  }
  return decoding === 'json' ? editJson(content, change) : editText(content, change);
}

function newMember({ path, old, new: value }: CellChange, decoding: FieldKind['decoding']): { readonly content: MemberContent } | EditFault {
  if ('json' in old || path.length > 0) return { kind: 'conflict', message: 'the sample has no such member any more' };
  if (!('json' in value)) return { content: null };
  return decoding === 'json' ? editJson(Buffer.from(NOTHING), { kind: 'cell', row: 0, path: [], old: { json: NOTHING }, new: value }) : textContent(value.json);
}

function editJson(content: Buffer, change: CellChange): { readonly content: Buffer } | EditFault {
  const marked = content.subarray(0, 3).equals(BOM);
  const edited = editRecord(marked ? content.subarray(3) : content, [change], false);
  if (!Buffer.isBuffer(edited)) return edited;
  return { content: marked ? Buffer.concat([BOM, edited]) : edited };
}

function editText(content: Buffer, { path, old, new: value }: CellChange): { readonly content: Buffer } | EditFault {
  if (path.length > 0 || !('json' in value)) return { kind: 'unsupported', message: 'a member of text has no inside' };
  const before = 'json' in old ? textContent(old.json) : null;
  if (before === null) return { kind: 'conflict', message: 'the sample has such a member already' };
  if (!('content' in before)) return before;
  return before.content.equals(content) ? textContent(value.json) : { kind: 'conflict', message: 'it holds another text' };
}

/** The bytes of a text that is written as a JSON string. */
function textContent(json: string): { readonly content: Buffer } | EditFault {
  const text = parsed(json);
  if (typeof text !== 'string') return { kind: 'unsupported', message: 'a member of text holds nothing but text' };
  if (!text.isWellFormed()) return { kind: 'unsupported', message: 'the text holds half a character, which UTF-8 has not' };
  return { content: Buffer.from(text) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
