import type { Dialect } from '../dialects/dialect.ts';
import { analyse, type Analysis, type Circumstances } from '../service.ts';

interface Known {
  readonly version: number;
  readonly circumstances: Circumstances;
  readonly analysis: Analysis;
}

/** One analysis for each open document, made when it is first asked for and again after a change. */
export class OpenRecipes {
  private readonly known = new Map<string, Known>();

  analysis(uri: string, version: number, text: string, circumstances: Circumstances): Analysis {
    const found = this.known.get(uri);
    if (found?.version === version && found.circumstances === circumstances) return found.analysis;
    const before: Dialect | null = found?.analysis.recipe?.dialect ?? found?.circumstances.before ?? null;
    const analysis = analyse(text, { ...circumstances, before });
    this.known.set(uri, { version, circumstances, analysis });
    return analysis;
  }

  /** What the document was at the last analysis, which may be some keys ago: enough to know what may be written. */
  lastDialect(uri: string): Dialect | null {
    const found = this.known.get(uri);
    return found?.analysis.recipe?.dialect ?? null;
  }

  forget(uri: string): void {
    this.known.delete(uri);
  }
}
