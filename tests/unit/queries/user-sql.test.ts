import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = await engine.parquet(
    'table.parquet',
    `SELECT i AS id, i / 10 AS score, 'caption ' || i AS "Caption text", {'score': i} AS toxicity, [i, i + 1] AS list, i AS v0, i AS "loupe:row", i % 2 = 0 AS shard FROM range(10) t(i)`,
  );
  ({ shard } = await engine.open(path));
});
afterAll(() => engine.stop());

const rows = (where: string, not = false): Promise<number[]> => engine.rows(shard, [{ type: 'sql', where, not }]);

describe('a condition in SQL', () => {
  it.each([
    ['id > 7', [8, 9]],
    ['ID > 7 AND shard.score < 0.85', [8]],
    ['"caption TEXT" LIKE \'%3\'', [3]],
    ['toxicity.score = 4', [4]],
    ['list[2] = 4', [3]],
    ['len(list_filter(list, x -> x > 8)) > 0', [8, 9]],
    ['list_sum(list_transform(list, lambda y: y * id)) > 150', [9]],
    ['v0 = 5', [5]],
    ['"loupe:row" = 5', [5]],
    ['shard', [0, 2, 4, 6, 8]],
    ['score > (SELECT avg(score) FROM shard)', [5, 6, 7, 8, 9]],
    ['EXISTS (FROM shard AS other WHERE other.id = shard.id + 8)', [0, 1]],
    ['id IN (WITH few AS (SELECT max(id) AS m FROM shard) SELECT m FROM few)', [9]],
    ['id = 1 -- only one', [1]],
    ['id = 1 /* ; */', [1]],
    ["'a);' = 'a);' AND id = 2", [2]],
    ['COLUMNS([\'id\', \'v0\']) > 8', [9]],
    ['NULL', []],
  ])('%s', async (where, expected) => {
    expect(await rows(where)).toEqual(expected);
  });

  it('stands beside others, and can be turned round', async () => {
    expect(await engine.rows(shard, [{ type: 'sql', where: 'id > 2 OR id = 0' }, { type: 'range', column: ['score'], max: '0.4' }])).toEqual([0, 3, 4]);
    expect(await rows('id > 2', true)).toEqual([0, 1, 2]);
    expect(await rows('CASE WHEN id > 2 THEN NULL ELSE id = 1 END', true)).toEqual([0, 2]);
  });
});

describe('what a condition in SQL may not do', () => {
  it.each([
    ['', undefined, 'is empty'],
    ['id >', 'character 4', 'syntax error'],
    ["'äöü' = id AND )", 'character 16', 'syntax error'],
    ['id = 1; DROP TABLE shard', 'character 7', 'syntax error'],
    ['1) FROM read_csv(\'x\') WHERE (1', undefined, 'only one expression'],
    ['1), (2', undefined, 'only one expression'],
    ['1) AS x --', undefined, 'syntax error|only one expression'],
    ['true) OR (true', undefined, 'only one expression|syntax error'],
    ["id IN (SELECT x FROM '/etc/passwd')", undefined, 'only the table shard can be read'],
    ["id IN (SELECT column0 FROM read_csv('/etc/passwd'))", 'character 28', 'read_csv is not allowed'],
    ["id IN (SELECT 1 FROM read_text('/etc/passwd'))", 'character 22', 'read_text is not allowed'],
    ["EXISTS (FROM glob('/*'))", 'character 14', 'glob is not allowed'],
    ["EXISTS (FROM query('SELECT 1'))", 'character 14', 'query is not allowed'],
    ['EXISTS (FROM duckdb_secrets())', 'character 14', 'not allowed'],
    ['EXISTS (FROM information_schema.tables)', 'character 14', 'only the table shard'],
    ['EXISTS (FROM memory.main.shard)', 'character 14', 'only the table shard'],
    ['EXISTS (SHOW TABLES)', undefined, 'not allowed'],
    ["current_setting('threads') > 0", 'character 1', 'current_setting is not allowed'],
    ['sleep_ms(1000)', 'character 1', 'sleep_ms is not allowed'],
    ['nextval(id)', 'character 1', 'nextval is not allowed'],
    ['id = $1', undefined, 'parameter'],
    ['id = ?', undefined, 'parameter'],
    ["'ä😀' = id AND sleep_ms(1)", 'character 16', 'sleep_ms is not allowed'],
    ['EXISTS (COPY shard TO \'x\')', undefined, 'syntax error'],
    ['id > 1 ORDER BY id', 'character 8', 'syntax error'],
    ['id > 1 AND Random() < 0.5', 'character 12', 'random\\(\\) gives something else each time.*hash\\(column\\) % 100'],
    ["uuid()::VARCHAR < '8'", 'character 1', 'uuid\\(\\) gives something else'],
    ['id IN (SELECT id FROM shard USING SAMPLE 3)', undefined, 'a sample has other rows each time'],
  ])('%s', async (where, place, message) => {
    const failure = await rows(where).then(
      () => null,
      (error: unknown) => error as { code: string; message: string; place?: string },
    );
    expect(failure).toMatchObject({ code: 'invalid-request', message: expect.stringMatching(message) as string });
    if (place !== undefined) expect(failure?.place).toBe(place);
  });

  it('tells where a name or a type is wrong, on whatever line', async () => {
    await expect(rows('id > 1 AND\n  nonsense = 2')).rejects.toMatchObject({ code: 'invalid-request', place: 'character 14', message: expect.stringContaining('"nonsense" not found') as string });
    await expect(rows(`${'id > 1 AND '.repeat(40)}nonsense = 2 AND ${'id > 1 AND '.repeat(40)} true`)).rejects.toMatchObject({ place: 'character 441' });
    await expect(rows("'ä😀'||'一一' = nonsense")).rejects.toMatchObject({ place: 'character 15' });
    await expect(rows('substr(id) = 1')).rejects.toMatchObject({ code: 'invalid-request', place: 'character 1' });
    await expect(rows('id > 1', false).then(() => rows('max(id) > 1'))).rejects.toMatchObject({ code: 'invalid-request', place: 'character 1', message: expect.stringContaining('aggregates') as string });
    await expect(rows('row_number() OVER () = 1')).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('tells what DuckDB says of the values that it meets', async () => {
    await expect(rows('"Caption text"::INTEGER > 1')).rejects.toThrow('Could not convert string');
    await expect(rows("error('stop here')::BOOLEAN")).rejects.toThrow('stop here');
  });
});
