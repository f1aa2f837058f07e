import type { Match } from './find.ts';

const ALL = 'loupe-match';
const CURRENT = 'loupe-current-match';

/** A stretch of a text that is drawn, in UTF-16 units. */
export type TextPlace = Pick<Match, 'id' | 'part' | 'start' | 'end'>;

/** Paints the matches that are drawn, by the CSS Custom Highlight API: the text stays untouched. */
export function paintMatches(root: HTMLElement, matches: readonly Match[], current: Match | undefined): void {
  const elements = new Map<string, HTMLElement>();
  for (const element of root.querySelectorAll<HTMLElement>('[data-find]')) elements.set(element.dataset.find ?? '', element);
  const ranges = matches.flatMap((match) => (match === current ? [] : (rangeOf(elements, match) ?? [])));
  const here = current === undefined ? null : rangeOf(elements, current);
  CSS.highlights.set(ALL, new Highlight(...ranges));
  CSS.highlights.set(CURRENT, new Highlight(...(here === null ? [] : [here])));
}

/** Brings a match, or another stretch of a text, into view, inside every scroller around it. */
export function revealMatch(root: HTMLElement, match: TextPlace): void {
  const element = root.querySelector<HTMLElement>(`[data-find="${CSS.escape(findKey(match))}"]`);
  const range = element === null ? null : rangeOf(new Map([[findKey(match), element]]), match);
  if (range === null || element === null) return;
  for (let scroller: HTMLElement | null = element; scroller !== null && root.contains(scroller); scroller = scroller.parentElement) {
    if (scroller.scrollHeight <= scroller.clientHeight && scroller.scrollWidth <= scroller.clientWidth) continue;
    const rect = range.getBoundingClientRect();
    const box = scroller.getBoundingClientRect();
    if (rect.top < box.top || rect.bottom > box.bottom) scroller.scrollTop += rect.top - box.top - scroller.clientHeight / 3;
    if (rect.left < box.left || rect.right > box.right) scroller.scrollLeft += rect.left - box.left - scroller.clientWidth / 3;
  }
}

export function clearMatches(): void {
  CSS.highlights.delete(ALL);
  CSS.highlights.delete(CURRENT);
}

/** The `data-find` of the element that holds exactly the text that a match counts in. */
export function findKey({ id, part }: Pick<Match, 'id' | 'part'>): string {
  return `${part} ${id}`;
}

function rangeOf(elements: ReadonlyMap<string, HTMLElement>, match: TextPlace): Range | null {
  const text = elements.get(findKey(match))?.firstChild;
  if (!(text instanceof Text) || text.length < match.end) return null;
  const range = new Range();
  range.setStart(text, match.start);
  range.setEnd(text, match.end);
  return range;
}
