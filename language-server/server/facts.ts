import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DataColumn, OpenShardColumns } from '../../extension/protocol/recipes.ts';
import { localInputs, type Facts } from '../checks/data.ts';
import { jsonColumns } from '../data/json-columns.ts';
import { lookAtData, type ColumnReader } from '../data/look.ts';
import { customPaths } from '../dialects/data-juicer/dialect.ts';
import type { Recipe } from '../recipe.ts';
import type { Circumstances } from '../service.ts';

const NOTHING: Facts = { files: new Map(), columns: null, custom: null };

/** Files change behind the editor; between two keys they hardly do. */
const LOOK_AGAIN_MS = 2_000;

interface Look {
  readonly facts: Facts;
  readonly paths: string;
  readonly at: number;
}

/** What the disk said about the files of each open recipe, the last time somebody looked, and which shards are open. */
export class KnownFacts {
  private readonly looks = new Map<string, Look>();
  private readonly columns = new Map<string, { readonly state: string; readonly columns: readonly DataColumn[] | null }>();
  private readonly merged = new Map<string, { readonly base: Circumstances; readonly merged: Circumstances }>();
  private shards: readonly OpenShardColumns[] = [];
  private askHost: ColumnReader = () => Promise.resolve(null);

  /** @param ask the columns of files that this process does not read itself */
  useHost(ask: ColumnReader): void {
    this.askHost = ask;
  }

  setShards(shards: readonly OpenShardColumns[]): void {
    this.shards = shards;
  }

  /** The data that the recipe names comes before a shard that is open beside it. */
  known(uri: string): Facts {
    const facts = this.looks.get(uri)?.facts ?? NOTHING;
    const [shard] = this.shards;
    if (facts.columns !== null || shard === undefined || shard.columns.length === 0) return facts;
    return { ...facts, columns: { columns: shard.columns, of: shard.name, named: false } };
  }

  /** Looks again. @returns what is new; null where nothing is */
  async look(uri: string, recipe: Recipe | null): Promise<Facts | null> {
    if (recipe === null || !uri.startsWith('file:')) return null;
    const before = this.looks.get(uri);
    const paths = [...localInputs(recipe).map(({ path }) => path), '', ...(customPaths(recipe.root) ?? [])].join('\n');
    if (before !== undefined && before.paths === paths && Date.now() - before.at < LOOK_AGAIN_MS) return null;
    const facts = await lookAtData(recipe, fileURLToPath(uri), (path) => this.columnsOf(path));
    const same = textOf(before?.facts ?? NOTHING) === textOf(facts);
    // What was made of the same ops can be kept.
    this.looks.set(uri, { facts: same && before !== undefined ? { ...facts, custom: before.facts.custom } : facts, paths, at: Date.now() });
    return same ? null : this.known(uri);
  }

  /** The same object as long as nothing changes, so that what was made with it can be kept. */
  circumstances(uri: string, base: Circumstances): Circumstances {
    const custom = this.looks.get(uri)?.facts.custom ?? null;
    if (custom === null) return base;
    const found = this.merged.get(uri);
    const merged = found?.base === base && found.merged.custom === custom ? found.merged : { ...base, custom };
    this.merged.set(uri, { base, merged });
    return merged;
  }

  forget(uri: string): void {
    this.looks.delete(uri);
    this.merged.delete(uri);
  }

  /** What an editor has open is known already; another file is read once as long as it stays the same. */
  private async columnsOf(path: string): Promise<readonly DataColumn[] | null> {
    const open = this.shards.find(({ paths }) => paths.includes(path));
    if (open !== undefined) return open.columns;
    const { mtimeMs, size } = await stat(path);
    const state = `${mtimeMs} ${size}`;
    const found = this.columns.get(path);
    if (found?.state === state) return found.columns;
    const columns = (await jsonColumns(path)) ?? (await this.askHost(path).catch(() => null));
    if (this.columns.size > 100) this.columns.clear();
    this.columns.set(path, { state, columns });
    return columns;
  }
}

function textOf({ files, columns, custom }: Facts): string {
  return JSON.stringify([[...files], columns, custom]);
}
