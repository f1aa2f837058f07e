import { useRef, useState, type ReactElement } from 'react';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { Popover } from '../../controls/popover.tsx';
import { Select } from '../../controls/select.tsx';
import { Slider } from '../../controls/slider.tsx';
import { Checkbox, IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { runCommand } from '../commands.ts';
import { usePictureColumns } from '../pictures/use-picture-columns.ts';
import { announceFailure, useSession } from '../session.ts';
import { INITIAL_GALLERY } from '../state.ts';
import { useStore } from '../store.ts';
import { MAX_SCORES } from './choices.ts';
import { MAX_TILE, MIN_TILE } from './layout.ts';
import type { TileSettings } from './tile.tsx';

const words = strings.gallery;

/** Options that are no column's name: those are written with a sign before them. */
const ANY = '';
const NAMED = '=';

/** Columns listed in a choice. */
const MAX_LISTED = 200;

interface BarProps {
  readonly shard: ShardState;
  readonly settings: TileSettings;
}

/** Above the tiles: which pictures, which words, how large. */
export function GalleryBar({ shard, settings }: BarProps): ReactElement {
  const session = useSession();
  const { store } = session;
  const size = useStore(store, (state) => state.view.gallery?.size) ?? INITIAL_GALLERY.size;
  return (
    <div className="gallery-bar" role="group" aria-label={words.bar}>
      <PictureSelect shard={shard} />
      <CaptionSelect shard={shard} caption={settings.caption} inside={settings.inside.texts} />
      <ScoresMenu shard={shard} scores={settings.scores} inside={settings.inside.scores} />
      {settings.sources.some(({ kind }) => kind !== 'image') && <FolderButton />}
      <span className="filler" />
      <IconButton icon="compare" label={words.compare} onClick={() => runCommand(session, 'compareRows')} />
      <Slider label={words.size} value={size} min={MIN_TILE} max={MAX_TILE} step={8} onChange={(next) => store.dispatch({ type: 'gallery', gallery: { size: next } })} />
      <KeysHelp />
    </div>
  );
}

/** Which column holds the pictures: those that seem to, or any that the user says. */
export function PictureSelect({ shard, prompt }: { readonly shard: ShardState; readonly prompt?: string }): ReactElement {
  const { store } = useSession();
  const chosen = useStore(store, (state) => state.view.gallery?.picture);
  const found = usePictureColumns(shard.columns);
  const likely = shard.columns.filter(({ index }) => found.has(index));
  const others = shard.columns.filter((column) => !found.has(column.index) && MAY_HOLD.has(column.kind));
  const options = [{ value: ANY, label: prompt ?? words.anyPicture }, ...[...likely, ...others].slice(0, MAX_LISTED).map(named)];
  const choose = (value: string): void => {
    if (value === ANY) {
      store.dispatch({ type: 'gallery', gallery: { picture: null } });
      return;
    }
    const picture = value.slice(NAMED.length);
    if (!likely.some(({ name }) => name === picture)) store.dispatch({ type: 'showAsPictures', column: picture, shown: true });
    store.dispatch({ type: 'gallery', gallery: { picture } });
  };
  return <Select label={words.picture} value={known(chosen, shard) ? NAMED + (chosen ?? '') : ANY} options={options} onChange={choose} />;
}

const MAY_HOLD: ReadonlySet<Column['kind']> = new Set<Column['kind']>(['image', 'bytes', 'text', 'list', 'struct', 'mixed']);
const MAY_BE_TEXT: ReadonlySet<Column['kind']> = new Set<Column['kind']>(['text', 'mixed', 'struct', 'list', 'number', 'temporal']);
const MAY_BE_SCORE: ReadonlySet<Column['kind']> = new Set<Column['kind']>(['number', 'text', 'boolean', 'temporal', 'mixed', 'struct']);

function CaptionSelect({ shard, caption, inside }: { readonly shard: ShardState; readonly caption: Column | undefined; readonly inside: readonly Column[] }): ReactElement {
  const { store } = useSession();
  const options = [{ value: ANY, label: words.noCaption }, ...[...inside, ...shard.columns.filter(({ kind }) => MAY_BE_TEXT.has(kind))].slice(0, MAX_LISTED).map(named)];
  const choose = (value: string): void => store.dispatch({ type: 'gallery', gallery: { caption: value === ANY ? null : value.slice(NAMED.length) } });
  return <Select label={words.caption} value={caption === undefined ? ANY : NAMED + caption.name} options={options} onChange={choose} />;
}

function ScoresMenu({ shard, scores, inside }: { readonly shard: ShardState; readonly scores: readonly Column[]; readonly inside: readonly Column[] }): ReactElement {
  const { store } = useSession();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLElement>(null);
  const columns = [...inside, ...shard.columns.filter(({ kind }) => MAY_BE_SCORE.has(kind))].slice(0, MAX_LISTED);
  const names = scores.map(({ name }) => name);
  const toggle = (name: string, shown: boolean): void => {
    const rest = names.filter((other) => other !== name);
    store.dispatch({ type: 'gallery', gallery: { scores: shown ? [...rest, name].slice(-MAX_SCORES) : rest } });
  };
  return (
    <>
      <IconButton ref={button} icon="statistics" label={words.scoresTitle} text={names.length === 0 ? words.scores : `${words.scores} (${names.length})`} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <Popover label={words.scoresTitle} anchor={button} onClose={() => setOpen(false)} className="gallery-scores">
          <p className="hint">{columns.length === 0 ? words.noScores : words.scoresHint(MAX_SCORES)}</p>
          <div className="column-list-items" role="group" aria-label={words.scoresTitle}>
            {columns.map(({ name, index }) => (
              <Checkbox key={index} checked={names.includes(name)} onChange={(shown) => toggle(name, shown)}>
                {name === '' ? strings.unnamed : name}
              </Checkbox>
            ))}
          </div>
        </Popover>
      )}
    </>
  );
}

/** Where paths start is a question of the files: a dialog of VS Code asks it. */
function FolderButton(): ReactElement {
  const { host, store } = useSession();
  const ask = (): void => {
    host.request('view/choosePictureFolder', {}).catch((error: unknown) => announceFailure(store, error));
  };
  return <IconButton icon="map" label={words.folderTitle} text={words.folder} onClick={ask} />;
}

function KeysHelp(): ReactElement {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLElement>(null);
  return (
    <>
      <IconButton ref={button} icon="help" label={words.keys} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <Popover label={words.keys} anchor={button} onClose={() => setOpen(false)} className="gallery-keys">
          <h3>{words.keys}</h3>
          <dl>
            {words.keyList.map(([key, does]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Popover>
      )}
    </>
  );
}

function named({ name }: Column): { readonly value: string; readonly label: string } {
  return { value: NAMED + name, label: name === '' ? strings.unnamed : name };
}

function known(name: string | null | undefined, { columns }: ShardState): boolean {
  return columns.some((column) => column.name === name);
}
