import { createContext, Script } from 'node:vm';
import type { BulkEdit } from '../../protocol/bulk.ts';
import { LoupeError } from '../../rpc/failure.ts';

/** Milliseconds that a pattern may take for the texts of one batch. */
const PATIENCE = 2_000;

/** Evaluated apart, since nothing else can end a pattern that needs ages for a text. */
const REPLACE = new Script('texts.map((text) => text.replace(pattern, replacement))');

/** Replaces matches in texts. */
export class Replacer {
  readonly #pattern: RegExp;
  readonly #replacement: string | (() => string);

  /** @throws LoupeError `invalid-request` for a pattern that is none, or is empty */
  constructor({ pattern, regex, matchCase, replacement }: Pick<Extract<BulkEdit, { kind: 'replace' }>, 'pattern' | 'regex' | 'matchCase' | 'replacement'>) {
    if (pattern === '') throw new LoupeError('invalid-request', 'There is nothing to find.');
    try {
      this.#pattern = new RegExp(regex ? pattern : escaped(pattern), matchCase ? 'gu' : 'giu');
    } catch (error) {
      throw new LoupeError('invalid-request', error instanceof Error ? error.message : String(error), { cause: error });
    }
    this.#replacement = regex ? replacement : () => replacement;
  }

  /** Each text with all matches replaced. @throws LoupeError `timeout` where the pattern takes too long */
  replace(texts: readonly string[]): string[] {
    const context = createContext({ texts, pattern: this.#pattern, replacement: this.#replacement });
    try {
      return [...(REPLACE.runInContext(context, { timeout: PATIENCE }) as string[])];
    } catch (error) {
      // It may be an error of the other context, which is no `Error` of this one.
      if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw new LoupeError('timeout', 'The pattern takes too long on one of the texts: it may match in too many ways.', { cause: error });
    }
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
