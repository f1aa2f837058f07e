import type { ShardMetadata, ShardState } from '../../../extension/protocol/shards.ts';
import { useSession } from '../session.ts';
import { useRequest, type Answer } from './use-request.ts';

/** Schema and metadata, asked for when they are first shown, and again when more of the shard is known. */
export function useMetadata({ rowsComplete, columns }: ShardState): Answer<ShardMetadata> {
  const { host } = useSession();
  return useRequest(`metadata ${String(rowsComplete)} ${columns.length}`, 0, (signal) => host.request('view/metadata', {}, signal));
}
