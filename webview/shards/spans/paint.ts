import { findKey } from '../panel/highlight.ts';
import { nodeId } from '../panel/nodes.ts';
import { LEVELS, type Level, type Segment } from './shading.ts';

const FOCUS = 'loupe-span-focus';

/** Names of the highlights in spans.css. */
const NAMES: readonly string[] = [...Array.from({ length: LEVELS }, (_, level) => highlightName(level)), highlightName(null)];

function highlightName(level: Level): string {
  return `loupe-span-${level ?? 'none'}`;
}

/** The text of a column as it stands in the record, in one piece; null where it is not drawn. */
export function drawnText(root: HTMLElement, column: number): Text | null {
  const key = findKey({ id: nodeId(column, []), part: 'value' });
  const text = root.querySelector(`[data-find="${CSS.escape(key)}"]`)?.firstChild;
  return text instanceof Text ? text : null;
}

/** Shades a text by the CSS Custom Highlight API: thousands of stretches, and not one element more. */
export function paintSegments(text: Text, segments: readonly Segment[]): void {
  const byName = new Map(NAMES.map((name) => [name, belowMatches()]));
  for (const { from, to, level } of segments) {
    const range = rangeIn(text, from, to);
    if (range !== null) byName.get(highlightName(level))?.add(range);
  }
  for (const [name, highlight] of byName) CSS.highlights.set(name, highlight);
}

/** Marks the one span that has the user's attention; none where `text` is null. */
export function paintFocus(text: Text | null, from: number, to: number): void {
  const range = text === null ? null : rangeIn(text, from, to);
  if (range === null) CSS.highlights.delete(FOCUS);
  else CSS.highlights.set(FOCUS, belowMatches(range));
}

export function clearSpans(): void {
  for (const name of [...NAMES, FOCUS]) CSS.highlights.delete(name);
}

/** What the user looks for stays visible above the shades. */
function belowMatches(...ranges: AbstractRange[]): Highlight {
  const highlight = new Highlight(...ranges);
  highlight.priority = -1;
  return highlight;
}

function rangeIn(text: Text, from: number, to: number): StaticRange | null {
  if (from >= to || to > text.length) return null;
  return new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to });
}
