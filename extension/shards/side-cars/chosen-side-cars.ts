import * as vscode from 'vscode';
import type { ShardLocation } from '../../protocol/shards.ts';
import type { NamedSideCars } from './named-side-cars.ts';

type SideCars = Pick<ShardLocation, 'sideCars'>;

/** What is joined to a shard or a set: what lies beside it unless the setting says no, and what the user named. */
export function chosenSideCars(shard: vscode.Uri, named: NamedSideCars | null): SideCars {
  if (!vscode.workspace.getConfiguration('loupe').get<boolean>('sideCars', true)) return { sideCars: 'none' };
  const own = named?.of(shard) ?? [];
  return own.length === 0 ? {} : { sideCars: own };
}
