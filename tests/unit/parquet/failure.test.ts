import { describe, expect, it } from 'vitest';
import { cleanMessage, duckdbError } from '../../../extension/engine/duckdb/failure.ts';
import { literalPattern } from '../../../extension/engine/duckdb/literal-path.ts';

describe('duckdbError', () => {
  it('leaves out SQL, stacks and folders', () => {
    const message = "Invalid Error: Failed to read '/secret/a.parquet'\n\nLINE 1: SELECT * FROM read_parquet($1)\n        ^";
    expect(cleanMessage(message, '/secret/a.parquet')).toBe("Invalid Error: Failed to read 'a.parquet'");
    expect(cleanMessage('INTERNAL Error: x\n\nStack Trace:\n\n/lib/libduckdb.so(+0x1)', '/a')).toBe('INTERNAL Error: x');
  });

  it.each([
    ["Invalid Input Error: File 'x' is encrypted, but 'encryption_config' was not set", 'encrypted'],
    ['Out of Memory Error: failed to allocate data of size 1.0 TiB', 'too-large'],
    ['Invalid Input Error: Unsupported compression codec "LZ4".', 'unsupported'],
    ['IO Error: No files found that match the pattern "x"', 'not-found'],
    ['Invalid Error: TProtocolException: Invalid data', 'malformed'],
  ])('says what %s means', (message, code) => {
    const error = duckdbError('/data/x.parquet', new Error(message), 'row group 3');
    expect(error).toMatchObject({ code, path: '/data/x.parquet', place: 'row group 3' });
    expect(error.message).toContain('x.parquet');
  });
});

describe('literalPattern', () => {
  it('brackets what DuckDB would take for a glob', () => {
    expect(literalPattern('/a/[1]*?.parquet')).toBe('/a/[[]1][*][?].parquet');
    expect(literalPattern("/a/it's.parquet")).toBe("/a/it's.parquet");
  });
});
