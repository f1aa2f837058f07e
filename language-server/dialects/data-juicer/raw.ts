import enums143 from './catalogue/data-juicer-1.4.3.enums.json' with { type: 'json' };
import globals143 from './catalogue/data-juicer-1.4.3.globals.json' with { type: 'json' };
import ops143 from './catalogue/data-juicer-1.4.3.ops.json' with { type: 'json' };
import enums161 from './catalogue/data-juicer-1.6.1.enums.json' with { type: 'json' };
import globals161 from './catalogue/data-juicer-1.6.1.globals.json' with { type: 'json' };
import ops161 from './catalogue/data-juicer-1.6.1.ops.json' with { type: 'json' };

/** One version of Data-Juicer as its catalogue files have it. */
export interface RawCatalogue {
  readonly ops: Readonly<Record<string, RawOp>>;
  readonly globals: Readonly<Record<string, RawGlobal>>;
  /** Values by op and parameter; a text that starts with `doc:` where only the documentation names them. */
  readonly enums: Readonly<Record<string, Readonly<Record<string, readonly string[] | string>>>>;
}

export interface RawOp {
  readonly kind: string;
  /** Name of its class. */
  readonly cls: string;
  readonly file: string;
  readonly bases: readonly string[];
  readonly accelerator: string;
  readonly batched: boolean;
  readonly model: string | null;
  readonly model_types: readonly string[];
  readonly lazy: readonly string[];
  readonly registries: readonly string[];
  readonly params: readonly RawParameter[];
  readonly stats: readonly string[];
  readonly meta: readonly string[];
}

export interface RawParameter {
  readonly name: string;
  readonly type: string | null;
  readonly required: boolean;
  readonly default?: unknown;
  /** The class that it comes from, where that is not the op's own. */
  readonly inherited_from: string | null;
}

export interface RawGlobal {
  readonly type: string | null;
  readonly default: unknown;
  readonly choices: readonly string[] | null;
}

export const VERSIONS = ['1.6.1', '1.4.3'] as const;

export type DataJuicerVersion = (typeof VERSIONS)[number];

export const RAW: Readonly<Record<DataJuicerVersion, RawCatalogue>> = {
  '1.6.1': { ops: ops161, globals: globals161, enums: enums161 },
  '1.4.3': { ops: ops143, globals: globals143, enums: enums143 },
};

/** A catalogue that was read from the user's own sources or installed package. */
export interface OwnCatalogue {
  /** What the sources say of themselves. */
  readonly version: string;
  /** Folder that paths of ops are relative to. */
  readonly root: string;
  readonly ops: Readonly<Record<string, RawOp>>;
  /** Null where the parser's file is not there. */
  readonly globals: Readonly<Record<string, RawGlobal>> | null;
}

/** Ops from the files that a recipe names in `custom_operator_paths`. */
export interface CustomOps {
  readonly ops: Readonly<Record<string, RawOp>>;
  /** Whether everything that the files register was understood. */
  readonly complete: boolean;
}
