import { useMemo, useState, type ReactElement } from 'react';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { Button } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { PictureView } from '../panel/picture.tsx';
import { interleavedOf, type InterleavedItem } from './items.ts';
import './interleaved.css';

/** Items drawn at first, and how many more each time: every one may be a picture to decode. */
const STEP = 20;

interface InterleavedProps {
  readonly row: Row;
  readonly columns: readonly Column[];
}

/** The document that a row of texts and images is, as its reader would see it. */
export function InterleavedView({ row, columns }: InterleavedProps): ReactElement | null {
  const found = useMemo(() => interleavedOf(row, columns), [row, columns]);
  const [open, setOpen] = useState(true);
  const [more, setMore] = useState({ row: row.row, shown: STEP });
  if (found === null) return null;
  const { items, length, misaligned, images } = found;
  const shown = more.row === row.row ? more.shown : STEP;
  return (
    <details className="panel-section interleaved" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h3>{strings.text.interleaved(length)}</h3>
      </summary>
      {misaligned !== null && (
        <p className="warning">
          <Icon name="warning" />
          {strings.text.misaligned(misaligned.first + 1, misaligned.count)}
        </p>
      )}
      {open && (
        <ol>
          {items.slice(0, shown).map((item, i) => (
            <li key={`${row.row} ${i}`} aria-posinset={i + 1} aria-setsize={length}>
              <Item item={item} label={strings.text.interleavedItem(i + 1, length)} place={{ row: row.row, column: images, path: [i] }} />
            </li>
          ))}
        </ol>
      )}
      {items.length < length && shown >= items.length && <p className="hint">{strings.text.cutItems(items.length, length)}</p>}
      {items.length > shown && <Button onClick={() => setMore({ row: row.row, shown: shown + STEP })}>{strings.more(Math.min(STEP, items.length - shown))}</Button>}
    </details>
  );
}

interface ItemProps {
  readonly item: InterleavedItem;
  readonly label: string;
  readonly place: { readonly row: number; readonly column: number; readonly path: readonly number[] };
}

function Item({ item: { text, image }, label, place }: ItemProps): ReactElement {
  return (
    <>
      {text !== null && <p className="interleaved-text">{text}</p>}
      {image?.kind === 'picture' && <PictureView place={place} label={strings.pictureOf(label)} />}
      {image?.kind === 'address' && (
        <p className="interleaved-address">
          <Icon name="image" />
          <span>
            <span className="hint">{strings.text.imageAddress}</span> {image.text}
          </span>
        </p>
      )}
      {text === null && image === null && <p className="cell-missing">{strings.text.neither}</p>}
    </>
  );
}
