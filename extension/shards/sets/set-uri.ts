import * as vscode from 'vscode';
import type { ShardLocation } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';

/** Scheme of documents that are several shards as one table. */
export const SET_SCHEME = 'loupe-set';

export interface ShardSet {
  readonly folder: string;
  /** Files, folders and brace globs, relative to the folder where they can be. */
  readonly patterns: readonly string[];
}

/** Length that VS Code is asked to remember of a tab. */
const MAX_QUERY = 100_000;
const MAX_LABEL = 80;

/**
 * The address of a set. It says everything that opening needs, so that the editor comes back after a restart, and it is
 * the same whenever the same set is opened. Its last part is what the tab shows.
 * @throws LoupeError `too-large` for more files than an address can name
 */
export function setUri({ folder, patterns }: ShardSet, label: string): vscode.Uri {
  const query = JSON.stringify({ folder, patterns });
  if (query.length > MAX_QUERY) {
    throw new LoupeError('too-large', vscode.l10n.t('These are too many files to name one by one; open their folder, or choose them by a pattern.'));
  }
  const title = label.replace(/[/\\]/g, '_').slice(0, MAX_LABEL);
  return vscode.Uri.from({ scheme: SET_SCHEME, path: `${vscode.Uri.file(folder).path.replace(/\/$/, '')}/${title}`, query });
}

/** `laion (12 shards)` for the tab. */
export function setTitle(name: string, shards: number): string {
  return shards === 1 ? vscode.l10n.t('{0} (1 shard)', name) : vscode.l10n.t('{0} ({1} shards)', name, shards);
}

/** @throws LoupeError `invalid-request` for an address that is none */
export function parseSetUri(uri: vscode.Uri): ShardSet {
  try {
    const { folder, patterns } = JSON.parse(uri.query) as Partial<ShardSet>;
    if (typeof folder === 'string' && Array.isArray(patterns) && patterns.every((pattern) => typeof pattern === 'string')) return { folder, patterns };
  } catch {
    // Said below.
  }
  throw new LoupeError('invalid-request', vscode.l10n.t('This address names no set of shards.'));
}

export function setLocation(set: ShardSet): Extract<ShardLocation, { kind: 'set' }> {
  const followLinks = vscode.workspace.getConfiguration('loupe').get<boolean>('sets.followLinks', false);
  return { kind: 'set', ...set, ...(followLinks ? { followLinks } : {}) };
}
