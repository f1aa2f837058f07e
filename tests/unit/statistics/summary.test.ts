import { afterAll, describe, expect, it } from 'vitest';
import { below, runSeed, seededRandom } from '../../support/random.ts';
import { expectDistribution, expectFrequent, type Ordered } from '../../support/plain-summary.ts';
import { ask, closeDuckdb, columnOf, summaryOf, tableOf } from './table.ts';

const random = seededRandom(runSeed());
const int = (limit: number): number => below(random, limit);
const pick = <T>(of: readonly T[]): T => of[int(of.length)]!;
const nullsAmong = (texts: readonly string[]): (string | null)[] => texts.map((text) => (random() < 0.1 ? null : text));

afterAll(() => closeDuckdb());

const FLOATS: Record<string, () => number> = {
  uniform: () => random(),
  'rounded to two digits': () => Math.round(random() * 100) / 100,
  'of every size': () => (random() - 0.5) * 10 ** (int(600) - 300),
  'crowded below one outlier': () => (random() < 0.001 ? 1e300 : random() * 1e-9),
  'mostly zero': () => (random() < 0.8 ? 0 : random()),
  'the largest and the smallest': () => pick([Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 0]),
  'neighbours of one': () => 1 + int(4) * Number.EPSILON,
  'whole and few': () => int(6),
  'large whole': () => 2 ** 53 + int(1000) * 2,
  constant: () => 0.28,
  'constant and whole': () => -3,
  zero: () => -0,
  subnormal: () => int(5) * Number.MIN_VALUE,
};

describe('floats', () => {
  it.each(Object.keys(FLOATS))('are counted as a plain loop counts them: %s', async (kind) => {
    for (const [type, round] of [['DOUBLE', (x: number) => x], ['FLOAT', Math.fround]] as const) {
      const values = Array.from({ length: 1 + int(3_000) }, () => (random() < 0.05 ? pick([NaN, Infinity, -Infinity]) : round(FLOATS[kind]!())));
      const texts = nullsAmong(values.map(String).map((text) => (type === 'FLOAT' && text === '3.4028234663852886e+38' ? '3.4028235e+38' : text)));
      if (type === 'FLOAT' && values.some((value) => Math.abs(value) > 3.4e38)) continue;
      const summary = await summaryOf(await columnOf(type, texts));
      expectDistribution(summary, { values: texts.map((text) => (text === null ? null : round(Number(text)) + 0)), parse: (text) => round(Number(text)) + 0 });
    }
  });

  it('have a mean of the finite ones, and no infinity in a bin', async () => {
    const summary = await summaryOf(await columnOf('DOUBLE', ['1', '2', 'nan', 'inf', '-inf', null]));
    expect(summary).toMatchObject({ rows: 6, nulls: 1, nans: 1, infinities: 2, min: '1.0', max: '2.0', mean: 1.5, distinct: { count: 5, exact: true } });
    expect(summary.histogram).toMatchObject({ edges: [1, 2, 3], edgeTexts: ['1.0', '2.0', '3.0'], counts: [1, 1], whole: true });
  });

  it('have nothing to show where no one is finite', async () => {
    const summary = await summaryOf(await columnOf('DOUBLE', ['nan', null, 'inf']));
    expectDistribution(summary, { values: [NaN, null, Infinity], parse: Number });
    expect(await summaryOf(await columnOf('DOUBLE', [null, null]))).toMatchObject({ rows: 2, nulls: 2 });
    expect(await summaryOf(await tableOf('SELECT 1::DOUBLE AS v WHERE false'))).toMatchObject({ rows: 0, nulls: 0 });
  });
});

const big = (digits: number): bigint => BigInt(Array.from({ length: digits }, () => int(10)).join(''));
const clamp = (value: bigint, [low, high]: readonly [bigint, bigint]): bigint => (value < low ? low : value > high ? high : value);

describe('integers', () => {
  const bits = (n: bigint): [bigint, bigint] => [-(1n << (n - 1n)), (1n << (n - 1n)) - 1n];
  const unsigned = (n: bigint): [bigint, bigint] => [0n, (1n << n) - 1n];
  const types: [string, [bigint, bigint]][] = [
    ['TINYINT', bits(8n)], ['SMALLINT', bits(16n)], ['INTEGER', bits(32n)], ['BIGINT', bits(64n)], ['HUGEINT', bits(128n)],
    ['UTINYINT', unsigned(8n)], ['USMALLINT', unsigned(16n)], ['UINTEGER', unsigned(32n)], ['UBIGINT', unsigned(64n)], ['UHUGEINT', unsigned(128n)],
  ];
  it.each(types)('%s: exact to the last digit at both ends', async (type, range) => {
    for (const spread of ['whole range', 'near the end', 'few']) {
      const value = (): bigint => {
        if (spread === 'few') return BigInt(int(12));
        if (spread === 'near the end') return range[1] - BigInt(int(100));
        return clamp(big(39) * (random() < 0.5 ? -1n : 1n) / 10n ** BigInt(int(39)), range);
      };
      const texts = nullsAmong([...Array.from({ length: 500 }, () => String(value())), ...(spread === 'whole range' ? range.map(String) : [])]);
      const summary = await summaryOf(await columnOf(type, texts));
      expectDistribution(summary, { values: texts.map((text) => (text === null ? null : BigInt(text))), parse: BigInt });
      expectFrequent(summary, texts);
      expect(summary.histogram?.whole).toBe(true);
    }
  });

  it('get a bin each where there are few', async () => {
    const { histogram } = await summaryOf(await columnOf('INTEGER', ['0', '3', '3', '5']));
    expect(histogram).toMatchObject({ edges: [0, 1, 2, 3, 4, 5, 6], counts: [1, 0, 0, 2, 0, 1] });
  });

  it('ends of a bin never leave the type', async () => {
    const { histogram } = await summaryOf(await columnOf('UTINYINT', ['0', '255', '251']));
    expect(histogram?.edgeTexts.at(-1)).toBe('255');
    expect(histogram?.counts.at(-1)).toBe(2);
  });
});

describe('decimals', () => {
  it.each([['DECIMAL(4,2)', 4, 2], ['DECIMAL(18,6)', 18, 6], ['DECIMAL(38,10)', 38, 10], ['DECIMAL(38,0)', 38, 0]] as const)('%s', async (type, width, scale) => {
    const texts = nullsAmong(Array.from({ length: 800 }, () => {
      const digits = String(big(1 + int(width))).padStart(scale + 1, '0');
      const sign = random() < 0.5 && /[1-9]/.test(digits) ? '-' : '';
      return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    }));
    const units = (text: string): Ordered => BigInt(text.replace('.', ''));
    const summary = await summaryOf(await columnOf(type, texts));
    expectDistribution(summary, { values: texts.map((text) => (text === null ? null : units(text))), parse: units });
    expect(summary.min).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`\\.\\d{${scale}}$`));
  });
});

describe('times', () => {
  const spans = [100, 5_000, 90_000, 4_000_000, 300_000_000, 20_000_000_000, 3_000_000_000_000, 60_000_000_000_000];
  it.each(spans)('moments within %i ms', async (span) => {
    for (const type of ['TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_MS', 'TIMESTAMP_NS']) {
      const moments = Array.from({ length: 300 }, () => (type === 'TIMESTAMP_NS' ? 1_600_000_000_000 + int(Math.min(span, 4e12)) : int(span) - 1_000));
      const texts = nullsAmong(moments.map((moment) => new Date(moment).toISOString().replace('T', ' ').replace('Z', type === 'TIMESTAMPTZ' ? '+00' : '').replace(/^\+0*(\d{5})/, '$1')));
      const summary = await summaryOf(await columnOf(type, texts));
      const column = new Map(texts.map((text, row) => [text, moments[row]!]));
      const parse = (text: string): number => column.get(text) ?? Date.parse(`${text.replace(' ', 'T').replace(/^(\d{5})/, '+0$1').replace(/\+00$/, '')}Z`);
      expectDistribution(summary, { values: texts.map((text) => (text === null ? null : column.get(text)!)), parse });
      expect(summary.histogram?.edges[0]).toBe(parse(summary.histogram?.edgeTexts[0] ?? ''));
      expect(summary).not.toHaveProperty('mean');
    }
  });

  it('dates fall on calendar edges, and infinite ones are told apart', async () => {
    const summary = await summaryOf(await columnOf('DATE', ['2020-01-15', '2023-12-31', 'infinity', '-infinity', null]));
    expect(summary).toMatchObject({ nulls: 1, infinities: 2, min: '2020-01-15', max: '2023-12-31' });
    expect(summary.histogram?.edgeTexts[0]).toBe('2020-01-01');
    expect(summary.histogram?.edgeTexts).toContain('2021-03-01');
    expect(summary.histogram?.edges[0]).toBe(Date.UTC(2020, 0, 1));
  });

  it('times of day end at midnight', async () => {
    const summary = await summaryOf(await columnOf('TIME', ['00:00:00', '23:59:59.5', '12:00:00']));
    expect(summary).toMatchObject({ min: '00:00:00', max: '23:59:59.5' });
    expect(summary.histogram?.edgeTexts.at(-1)).toBe('24:00:00');
  });

  it('the first and the last moment that there is', async () => {
    const ends = ['290309-12-22 (BC) 00:00:00', '294247-01-10 04:00:54.775806'];
    expect(await summaryOf(await columnOf('TIMESTAMP', ends))).toMatchObject({ min: ends[0], max: ends[1], infinities: 0 });
    expect((await summaryOf(await columnOf('DATE', ['5877642-06-25 (BC)', '5881580-07-10']))).histogram?.counts.reduce((a, b) => a + b)).toBe(2);
  });
});

describe('texts', () => {
  it('are told by their length in code points, and by the most frequent', async () => {
    const words = ['', 'a', 'é', '😀', 'e\u0301', "it's", 'quote "', 'x'.repeat(1_000), 'y'.repeat(1_001), 'zwölf\u0000null', '漢字'];
    const texts = nullsAmong(Array.from({ length: 2_000 }, () => pick(words)));
    const summary = await summaryOf(await columnOf('VARCHAR', texts));
    expectDistribution(summary, { values: texts.map((text) => (text === null ? null : BigInt([...text].length))), parse: BigInt });
    expectFrequent(summary, texts);
    expect(summary.ofLength).toBe(true);
  });

  it('ties come in the order of their values', async () => {
    const { top } = await summaryOf(await columnOf('VARCHAR', ['b', 'a', 'c', 'c', '\u{1f600}', '\uffff']));
    expect(top?.map(({ value }) => value)).toEqual(['c', 'a', 'b', '\uffff', '\u{1f600}']);
  });
});

describe('other types', () => {
  it('booleans, names and spans of time have values but no order', async () => {
    const booleans = await summaryOf(await columnOf('BOOLEAN', ['true', 'false', 'true', null]));
    expect(booleans).toMatchObject({ nulls: 1, top: [{ value: 'true', count: 2 }, { value: 'false', count: 1 }], distinct: { count: 2, exact: true }, ofLength: false });
    expect(booleans).not.toHaveProperty('histogram');
    for (const [type, text] of [['UUID', '12345678-1234-1234-1234-123456789abc'], ['INTERVAL', '1 month'], ["ENUM('a', 'b')", 'b'], ['TIMETZ', '12:00:00+02']] as const) {
      const summary = await summaryOf(await columnOf(type, [text, text, null]));
      expect(summary, type).toMatchObject({ rows: 3, nulls: 1, top: [{ value: text, count: 2 }] });
      expect(summary, type).not.toHaveProperty('min');
    }
  });

  it('bytes, lists, maps and images are told by their size', async () => {
    const sizes = async (select: string): Promise<unknown> => {
      const { min, max, ofLength, nulls, top } = await summaryOf(await tableOf(select));
      return { min, max, ofLength, nulls, top };
    };
    const sized = { min: '1', max: '3', ofLength: true, nulls: 1, top: undefined };
    expect(await sizes("SELECT unnest(['a'::BLOB, 'abc'::BLOB, NULL]) AS v")).toEqual(sized);
    expect(await sizes("SELECT unnest([[1], [1, 2, 3], NULL]) AS v")).toEqual(sized);
    expect(await sizes("SELECT unnest([MAP {'a': 1}, MAP {'a': 1, 'b': 2, 'c': 3}, NULL]) AS v")).toEqual(sized);
    expect(await sizes("SELECT unnest([{'bytes': 'a'::BLOB, 'path': 'p'}, {'bytes': 'abc'::BLOB, 'path': 'p'}, NULL]) AS v")).toEqual(sized);
  });

  it('structs and columns of nulls have rows and nulls alone', async () => {
    expect(await summaryOf(await tableOf("SELECT unnest([{'a': 1}, NULL]) AS v"))).toEqual({ column: ['v'], rows: 2, tableRows: 2, exact: true, nulls: 1, missing: 0, nans: 0, infinities: 0, ofLength: false });
    expect(await summaryOf(await tableOf('SELECT NULL AS v FROM range(3)'))).toMatchObject({ rows: 3, nulls: 3 });
  });

  it('embeddings are told by their norm and dimension', async () => {
    const summary = await summaryOf(await tableOf('SELECT list_transform(range(16 + (i % 2)), lambda x: i::FLOAT) AS v FROM range(5) r(i)'));
    expect(summary).toMatchObject({ dimensions: [16, 17], min: '0.0', max: '16.0', ofLength: false, nulls: 0 });
    expect(await summaryOf(await tableOf('SELECT [1.5::FLOAT, 2] AS v FROM range(5)'))).toMatchObject({ min: '2', ofLength: true });
  });
});

describe('many rows', () => {
  const ROWS = 250_000;
  const columns: [string, string][] = [
    ['uniform', 'hash(i)::DOUBLE / 18446744073709551616.0::DOUBLE'],
    ['single precision', '(hash(i) % 16777216)::FLOAT / 16777216'],
    ['over every size', 'pow(10::DOUBLE, (hash(i) % 6000)::DOUBLE / 10 - 300) * (CASE WHEN hash(i + 1) % 2 = 0 THEN -1 ELSE 1 END)'],
    ['crowded below one outlier', "CASE WHEN i = 7 THEN 1e300::DOUBLE ELSE hash(i)::DOUBLE * 1e-25 END"],
    ['on the edges of bins', '(hash(i) % 101)::DOUBLE / 100'],
  ];
  it.each(columns)('floats: %s', async (_, sql) => {
    const column = await tableOf(`SELECT CASE WHEN hash(i + 2) % 50 = 0 THEN NULL WHEN hash(i + 2) % 50 = 1 THEN 'nan'::DOUBLE ELSE ${sql} END AS v FROM range(${ROWS}) r(i)`);
    const values = (await ask(`SELECT v::DOUBLE FROM ${column.from}`)).map(([value]) => value as number | null);
    expectDistribution(await summaryOf(column), { values, parse: Number });
  });

  it.each([
    ['UBIGINT', 'hash(i)'],
    ['HUGEINT', '(hash(i)::HUGEINT - 9000000000000000000) * (hash(i + 9) // 4)'],
    ['BIGINT', '(4611686018427387904 + hash(i) % 300000)::BIGINT'],
    ['DECIMAL(38,6)', '(hash(i)::DECIMAL(26,6) - 9000000000000000000)::DECIMAL(38,6) * 1000000'],
  ])('%s', async (type, sql) => {
    const column = await tableOf(`SELECT (${sql})::${type} AS v FROM range(${ROWS}) r(i)`);
    const units = (text: string): bigint => BigInt(text.replace('.', ''));
    const values = (await ask(`SELECT v::VARCHAR FROM ${column.from}`)).map(([value]) => units(String(value)));
    expectDistribution(await summaryOf(column), { values, parse: units });
  });

  it('1,000,000 different values are counted; of more, what stands out is named and the number is an estimate', async () => {
    const distinct = await summaryOf(await tableOf('SELECT i::VARCHAR AS v FROM range(900000) r(i)'));
    expect(distinct.distinct).toEqual({ count: 900_000, exact: true });
    expect(distinct.top?.[0]).toEqual({ value: '0', count: 1 });
    const more = await summaryOf(await tableOf("SELECT CASE WHEN i % 10 = 0 THEN 'often' WHEN i % 10 = 1 THEN 'seldom' || (i // 100) % 3 ELSE 'n' || i END AS v FROM range(3000000) r(i)"));
    expect(more.distinct?.exact).toBe(false);
    expect(more.distinct?.count).toBeGreaterThan(1_000_000);
    expect(more.top).toEqual([{ value: 'often', count: 300_000 }, ...['0', '1', '2'].map((n) => ({ value: `seldom${n}`, count: 100_000 }))]);
  });
});
