import type { ReactElement } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Button } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { Empty } from '../empty.tsx';
import { useSession } from '../session.ts';
import { PictureSelect } from './gallery-bar.tsx';

/** No column is known to hold pictures, and what to do about it. */
export function NoPictures({ shard }: { readonly shard: ShardState }): ReactElement {
  const { store } = useSession();
  const words = strings.gallery;
  return (
    <Empty icon="image" title={words.nowhere}>
      <p>{words.nowhereDetail}</p>
      <div className="empty-buttons">
        <PictureSelect shard={shard} prompt={words.chooseColumn} />
        <Button onClick={() => store.dispatch({ type: 'toggleGallery' })}>{words.asGrid}</Button>
      </div>
    </Empty>
  );
}
