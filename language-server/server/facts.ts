import { fileURLToPath } from 'node:url';
import type { Facts } from '../checks/data.ts';
import { lookAtData } from '../data/look.ts';
import type { Recipe } from '../recipe.ts';

const NOTHING: Facts = { files: new Map(), columns: null };

/** What the disk said about the files of each open recipe, the last time somebody looked. */
export class KnownFacts {
  private readonly facts = new Map<string, Facts>();

  known(uri: string): Facts {
    return this.facts.get(uri) ?? NOTHING;
  }

  /** Looks again. @returns what is new; null where nothing is */
  async look(uri: string, recipe: Recipe | null): Promise<Facts | null> {
    if (recipe === null || !uri.startsWith('file:')) return null;
    const found = await lookAtData(recipe, fileURLToPath(uri));
    const same = JSON.stringify([[...found.files], found.columns]) === JSON.stringify([[...this.known(uri).files], this.known(uri).columns]);
    this.facts.set(uri, found);
    return same ? null : found;
  }

  forget(uri: string): void {
    this.facts.delete(uri);
  }
}
