import type { SchemaNode, ShardMetadata, ShardState } from '../../../protocol/shards.ts';
import { byteText } from './byte-text.ts';
import { ElementScanner } from './element-scanner.ts';
import type { JsonShardParts } from './json-shard.ts';
import type { LineNotices } from './line-notices.ts';
import { LineScanner } from './line-scanner.ts';
import type { Scanner } from './scanner.ts';
import { copyOf } from './text-source.ts';

/** Bytes of a wrapper's member that are shown. */
const MEMBER_BYTES = 64 * 1024;

type Property = readonly [label: string, text: string];

/** What the metadata of a JSON shard is gathered from. */
export interface JsonFacts extends JsonShardParts {
  readonly state: ShardState;
  readonly scanner: Scanner;
  readonly notices: LineNotices;
  readonly schema: readonly SchemaNode[];
  readonly sampled: number;
}

/** The schema and file-metadata view, of what is known now. */
export async function jsonMetadata(facts: JsonFacts): Promise<ShardMetadata> {
  const properties = [...formatProperties(facts), ...textProperties(facts), ...compressionProperties(facts)];
  return { properties, schema: facts.schema, keyValues: await wrapperMembers(facts), tables: [] };
}

function formatProperties({ state, scanner, start, sampled }: JsonFacts): Property[] {
  const soFar = state.rowsComplete ? '' : ' so far';
  const format = state.format === 'jsonl' ? 'JSON Lines' : 'JSON document';
  return [
    ['format', format],
    ['file size', byteText(state.fileSize)],
    ['rows', `${state.rows}${soFar}`],
    [state.format === 'jsonl' ? 'longest line' : 'longest element', `${scanner.longest} bytes`],
    ['byte-order mark', start > 0 ? 'UTF-8' : 'none'],
    ['rows sampled for the schema', String(sampled)],
  ];
}

function textProperties({ scanner, notices, state }: JsonFacts): Property[] {
  const problems: Property[] = [
    ['rows read that are no JSON', String(notices.count('fault'))],
    ['rows read with bytes that are no UTF-8', String(notices.count('utf8'))],
  ];
  if (!(scanner instanceof LineScanner)) return problems;
  const soFar = state.rowsComplete ? '' : ' so far';
  const others = scanner.lines - scanner.crlfLines;
  const style = scanner.crlfLines === 0 ? 'LF' : others <= 1 ? 'CRLF' : `mixed: ${scanner.crlfLines} CRLF, ${others} LF`;
  return [
    ['lines', `${scanner.lines}${soFar}`],
    ['blank lines', `${scanner.blankLines}${soFar}`],
    ['newlines', style],
    ['newline at the end', !state.rowsComplete ? 'not reached yet' : scanner.endsWithNewline ? 'yes' : 'no'],
    ...problems,
  ];
}

function compressionProperties({ state, source }: JsonFacts): Property[] {
  const copy = copyOf(source);
  if (copy === null) return [['compression', 'none']];
  const soFar = copy.complete ? '' : ' so far';
  return [
    ['compression', state.compression],
    ['decompressed', `${byteText(copy.byteLength)}${soFar}`],
    [state.compression === 'gzip' ? 'gzip members' : 'zstd frames', `${copy.streams}${soFar}`],
  ];
}

/** The other keys of `{"data": [...], ...}`, as the file writes them. */
async function wrapperMembers({ scanner, source }: JsonFacts): Promise<Property[]> {
  if (!(scanner instanceof ElementScanner)) return [];
  const members: Property[] = [];
  for (const { start, end } of scanner.members) {
    const bytes = await source.slice(start, Math.min(end, start + MEMBER_BYTES));
    const text = bytes.toString('utf8');
    const key = /^"((?:[^"\\]|\\.)*)"\s*:\s*/.exec(text);
    if (key === null) continue;
    const cut = end - start > bytes.length ? `… (${byteText(end - start)})` : '';
    members.push([key[1] ?? '', `${text.slice(key[0].length)}${cut}`]);
  }
  return members;
}
