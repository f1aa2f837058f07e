import { describe, expect, it } from 'vitest';
import { stepActions } from '../../../language-server/features/actions.ts';
import { suggest } from '../../../language-server/features/completion.ts';
import { folds } from '../../../language-server/features/folding.ts';
import { format } from '../../../language-server/features/format.ts';
import { hover } from '../../../language-server/features/hover.ts';
import { jsonSchema } from '../../../language-server/features/json-schema.ts';
import { definitions, referencesTo, renamable, renameEdits } from '../../../language-server/features/links.ts';
import { semanticTokens } from '../../../language-server/features/semantic-tokens.ts';
import { signature } from '../../../language-server/features/signature.ts';
import { symbols } from '../../../language-server/features/symbols.ts';
import { FAMILIES } from '../../../language-server/dialects/registry.ts';
import type { Recipe } from '../../../language-server/recipe.ts';
import { analyse } from '../../../language-server/service.ts';
import { applyFix } from '../../support/recipe-marks.ts';

/** A recipe with `|` where the cursor is. */
function at(marked: string, dialect = ''): { text: string; offset: number; recipe: Recipe; lines: ReturnType<typeof analyse>['lines'] } {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const { recipe, lines } = analyse(text, { override: dialect === '' ? null : dialect, versions: {} });
  if (recipe === null) throw new Error(`no recipe: ${text}`);
  return { text, offset, recipe, lines };
}

function labels(marked: string, dialect = ''): string[] {
  const { text, offset, recipe } = at(marked, dialect);
  return suggest(text, recipe.dialect, offset).items.map(({ label }) => label);
}

const DCLM = `- source: cc
  steps:
    - func: word_counter_enricher
      key: before
    - func: word_removal_ratio_filter
      prev_word_count_key: before
`;

describe('completion', () => {
  it('offers ops where a step begins', () => {
    for (const marked of ['process:\n  - |', 'process:\n  - text_l|', 'process:\n  - text_l|:\n      min_len: 3\n', 'np: 4\nprocess:\n  - text_length_filter:\n  - |\n  - words_num_filter:\n']) {
      expect(labels(marked, 'data-juicer')).toEqual(expect.arrayContaining(['text_length_filter', 'document_minhash_deduplicator']));
      expect(labels(marked, 'data-juicer')).not.toContain('general_fused_op');
    }
  });

  it('offers parameters that are not given, on an empty line too', () => {
    expect(labels('process:\n  - text_length_filter:\n      |\n')).toEqual(expect.arrayContaining(['min_len', 'max_len', 'text_key']));
    const offered = labels('process:\n  - text_length_filter:\n      min_len: 10\n      m|\n');
    expect(offered).toContain('max_len');
    expect(offered).not.toContain('min_len');
  });

  it('offers values of enumerations and booleans, and keys and their values at the top', () => {
    expect(labels('process:\n  - image_shape_filter:\n      any_or_all: |\n')).toEqual(['any', 'all']);
    expect(labels('process:\n  - words_num_filter:\n      tokenization: |\n')).toEqual(['true', 'false']);
    expect(labels('process:\n  - words_num_filter:\nexec|\n')).toContain('executor_type');
    expect(labels('executor_type: |\nprocess:\n  - words_num_filter:\n')).toEqual(expect.arrayContaining(['default', 'ray', 'ray_partitioned']));
  });

  it('inserts what is missing only', () => {
    const { text, offset, recipe } = at('process:\n  - text_l|:\n', 'data-juicer');
    expect(suggest(text, recipe.dialect, offset).items.find(({ label }) => label === 'text_length_filter')?.insert).toBe('text_length_filter');
    const fresh = at('process:\n  - words_num_filter:\n  - llm_|\n');
    expect(suggest(fresh.text, fresh.recipe.dialect, fresh.offset).items.find(({ label }) => label === 'llm_extract_mapper')?.insert).toBe('llm_extract_mapper:\n    input_keys: $1\n    output_schema: $2');
  });

  it('writes the key that names a step where nothing of the step is there yet', () => {
    const inserted = (marked: string, dialect: string, label: string): string | undefined => {
      const { text, offset, recipe } = at(marked, dialect);
      return suggest(text, recipe.dialect, offset).items.find((each) => each.label === label)?.insert;
    };
    expect(inserted('pipeline:\n  - text_l|\n', 'datamap-rs', 'text_len_filter')).toBe('name: text_len_filter');
    expect(inserted('pipeline:\n  - name: text_l|\n', 'datamap-rs', 'text_len_filter')).toBe('text_len_filter');
    expect(inserted('- source: a\n  steps:\n    - |\n', 'dclm', 'stop_word_filter')).toBe('func: stop_word_filter');
    expect(inserted('{"pipeline": [|]}', 'datamap-rs', 'text_len_filter')).toBe('{"name": "text_len_filter"}');
    expect(inserted('{"pipeline": [{"name": "t|"}]}', 'datamap-rs', 'text_len_filter')).toBe('text_len_filter');
  });

  it('offers columns for what names one', () => {
    const { text, offset, recipe } = at('process:\n  - specified_numeric_field_filter:\n      field_key: |\n');
    expect(suggest(text, recipe.dialect, offset, [{ name: 'score', type: 'DOUBLE', kind: 'number' }]).items.map(({ label, detail }) => [label, detail])).toEqual([['score', 'DOUBLE']]);
  });

  it('knows how the other dialects write steps', () => {
    expect(labels('- source: cc\n  steps:\n    - func: |\n', 'dclm')).toContain('page_length_filter');
    expect(labels('- source: cc\n  steps:\n    - func: page_length_filter\n      |\n', 'dclm')).toEqual(expect.arrayContaining(['length_type', 'tokenizer']));
    expect(labels('- source: cc\n  steps:\n    - func: page_length_filter\n      length_type: |\n')).toEqual(['char', 'word', 'sentence', 'line', 'paragraph']);
    expect(labels('pipeline:\n  - name: page_len_filter\n    kwargs:\n      |\n')).toContain('lower_bound');
    expect(labels('documents: [a]\ntaggers:\n  - |\n')).toContain('gopher_v1');
    expect(labels('stages:\n  - _target_: nemo_curator.stages.text.io.reader.JsonlReader\n    f|\n')).toContain('file_paths');
  });

  it('never fails, wherever the cursor is', () => {
    const text = `${DCLM}\n  x: [1, {a: "b`;
    const { recipe } = at(`${DCLM}|`);
    for (let offset = 0; offset <= text.length; offset++) expect(() => suggest(text, recipe.dialect, offset).items).not.toThrow();
  });
});

describe('hover and signature', () => {
  const describeAt = (marked: string): string | undefined => {
    const { recipe, offset } = at(marked);
    return hover(recipe, offset)?.markdown;
  };

  it('say what an op does and needs', () => {
    expect(describeAt('process:\n  - perplex|ity_filter:\n')).toMatch(/filter of Data-Juicer 1\.6\.1[\s\S]*KenLM[\s\S]*model[\s\S]*__dj__stats__\.perplexity/);
  });

  it('say what a parameter is, with its default and range', () => {
    expect(describeAt('process:\n  - text_length_filter:\n      max_l|en: 5\n')).toMatch(/\*\*max_len\*\* of text_length_filter[\s\S]*integer[\s\S]*sys\.maxsize/);
    expect(describeAt('process:\n  - remove_table_text_mapper:\n      max_col: 1|0\n')).toContain('Range: from 2 to 20');
  });

  it('show the arguments with the one under the cursor', () => {
    const { recipe, offset } = at('process:\n  - text_length_filter:\n      min_len: 1|0\n');
    const found = signature(recipe, offset);
    expect(found?.label).toMatch(/^text_length_filter\(min_len: integer = 10, max_len: /);
    expect(found?.active).toBe(0);
    expect(found?.label).not.toContain('image_key');
    expect(found?.label.slice(...(found.parameters[0]?.label ?? [0, 0]))).toBe('min_len: integer = 10');
  });
});

describe('what structure gives', () => {
  it('symbols: steps by number, in their list', () => {
    const { recipe } = at('np: 4\nprocess:\n  - words_num_filter:\n  - text_length_filter:\n      max_len: 4\n|');
    expect(symbols(recipe).map(({ name, children }) => [name, children.map((each) => [each.name, each.detail, each.children.length])])).toEqual([
      ['np', []],
      ['process', [['1. words_num_filter', 'filter', 0], ['2. text_length_filter', 'filter', 1]]],
    ]);
  });

  it('folds of steps, without the blank lines behind them', () => {
    const { recipe, lines } = at('process:\n  - words_num_filter:\n      min_num: 3\n\n  - text_length_filter:\n      max_len: 4\n\n|');
    expect(folds(recipe, lines)).toEqual([{ startLine: 1, endLine: 2 }, { startLine: 4, endLine: 5 }, { startLine: 0, endLine: 5 }]);
  });

  it('tokens for the names that are known', () => {
    const { recipe, text } = at('process:\n  - words_num_filter:\n      min_num: 3\n      nope: 4\n  - image_shape_filter:\n      any_or_all: all\n|');
    expect(semanticTokens(recipe).map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)).toEqual(['property process', 'function words_num_filter', 'property min_num', 'function image_shape_filter', 'property any_or_all', 'enumMember all']);
  });
});

describe('keys that one step writes and another reads', () => {
  const texts = (text: string, spans: readonly { start: number; end: number }[]): string[] => spans.map(({ start, end }) => `${start}:${text.slice(start, end)}`);

  it('lead from reader to writer and back, and are renamed together', () => {
    const { recipe, offset, text } = at(DCLM.replace('prev_word_count_key: be', 'prev_word_count_key: be|'));
    const [first, second] = [text.indexOf('before'), text.lastIndexOf('before')];
    expect(texts(text, definitions(recipe, offset))).toEqual([`${first}:before`]);
    expect(texts(text, referencesTo(recipe, first, true))).toEqual([`${first}:before`, `${second}:before`]);
    expect(renamable(recipe, offset)).toMatchObject({ start: second });
    expect(renameEdits(recipe, offset, 'words').map(({ start, text: now }) => [start, now])).toEqual([[first, 'words'], [second, 'words']]);
  });

  it('lead from a stat to the filter that computes it, and are not renamed', () => {
    const { recipe, offset, text } = at('process:\n  - text_length_filter:\n  - topk_specified_field_selector:\n      field_key: __dj__stats__.te|xt_len\n      topk: 5\n');
    expect(texts(text, definitions(recipe, offset))).toEqual([`${text.indexOf('text_length_filter')}:text_length_filter`]);
    expect(renamable(recipe, offset)).toBeNull();
  });

  it('of Data-Juicer are renamed where an op chooses them', () => {
    const { recipe, offset, text } = at('process:\n  - llm_extract_mapper:\n      input_keys: [text]\n      output_schema: {}\n      meta_output_key: fac|ts\n  - specified_field_filter:\n      field_key: "__dj__meta__.facts"\n');
    const [first, second] = [text.indexOf('facts'), text.lastIndexOf('facts')];
    expect(texts(text, definitions(recipe, second + 1))).toEqual([`${first}:facts`]);
    expect(renameEdits(recipe, offset, 'claims').map(({ start, text: now }) => [start, now])).toEqual([[first, 'claims'], [second, 'claims']]);
  });

  it('of Dolma are the attributes of one stream', () => {
    const stream = (name: string): string => `  - name: ${name}\n    documents: [a/documents/*]\n    output: {path: o}\n    attributes: [gopher]\n    filter:\n      exclude: ["$.attributes[?(@.gopher__gopher_v1__word_count && @.gopher__x__y)]"]\n`;
    const { recipe, offset, text } = at(`streams:\n${stream('one').replace('[gopher]', '[gop|her]')}${stream('two')}`);
    expect(renameEdits(recipe, offset, 'rules').map(({ start }) => start)).toEqual([text.indexOf('gopher'), text.indexOf('gopher__'), text.indexOf('gopher__x')]);
  });

  it('of Hydra are the keys of the recipe', () => {
    const { recipe, offset, text } = at('input: a\nstages:\n  - _target_: nemo_curator.stages.text.io.reader.JsonlReader\n    file_paths: ${inp|ut}/x\n');
    expect(renameEdits(recipe, offset, 'source').map(({ start }) => start)).toEqual([0, text.lastIndexOf('input')]);
  });
});

describe('what can be done to a step', () => {
  const apply = (marked: string, title: string): string => {
    const { recipe, lines, offset, text } = at(marked);
    const action = stepActions(recipe, lines, offset).find((each) => each.title === title);
    if (action === undefined) throw new Error(stepActions(recipe, lines, offset).map((each) => each.title).join(', '));
    return [...action.edits].sort((a, b) => b.start - a.start).reduce((now, edit) => now.slice(0, edit.start) + edit.text + now.slice(edit.end), text);
  };

  it('writes its defaults out', () => {
    expect(apply('process:\n  - average_line_len|gth_filter:\n  - words_num_filter:\n', 'Write out the defaults of average_line_length_filter')).toContain('average_line_length_filter:\n        min_len: 10\n');
    expect(apply('process:\n  - words_num_fil|ter:\n      min_num: 3  # few\n', 'Write out the defaults of words_num_filter')).toContain('min_num: 3  # few\n      lang: "en"\n      tokenization: false');
  });

  it('moves it with its arguments', () => {
    expect(apply('process:\n  - words_num_filter:\n      min_num: 3\n  # the next\n  - text_|length_filter:\n', 'Move text_length_filter up')).toBe('process:\n  - text_length_filter:\n  # the next\n  - words_num_filter:\n      min_num: 3\n');
  });

  it('replaces it by what does the same under Ray', () => {
    expect(apply('process:\n  - document_dedup|licator:\n', 'Replace by ray_document_deduplicator')).toContain('- ray_document_deduplicator:');
  });
});

describe('a step of DCLM and its processor of datamap-rs', () => {
  const written = (marked: string, title: string): string => {
    const { recipe, lines, offset, text } = at(marked);
    const action = stepActions(recipe, lines, offset).find((each) => each.title === title);
    return (action?.edits ?? []).reduce((now, edit) => now.slice(0, edit.start) + edit.text + now.slice(edit.end), text);
  };

  it('are written as each other, below and as a comment', () => {
    expect(written('- source: a\n  steps:\n    - func: uppercase_ratio_|line_modifier\n      max_ratio: 0.5\n\n    - func: stop_word_filter\n', 'Write uppercase_ratio_line_modifier for datamap-rs below, as a comment')).toContain(
      'max_ratio: 0.5\n    # - name: ratio_line_modifier\n    #   kwargs:\n    #     upper_bound: 0.5\n    #     check: uppercase\n',
    );
    expect(written('pipeline:\n  - name: ratio_line_mod|ifier\n    kwargs:\n      check: numeric\n      upper_bound: 0.9\n', 'Write ratio_line_modifier for DCLM below, as a comment')).toContain('upper_bound: 0.9\n  # - func: numeric_ratio_line_modifier\n  #   max_ratio: 0.9');
  });
});

describe('formatting', () => {
  it('evens the indentation and keeps comments, quotes and numbers as they are', () => {
    const text = '# head\nnp: 4   # processes\nprocess:\n- words_num_filter:\n        min_num: 1e1  # few\n        lang: "en"\n\n# then\n- text_length_filter:\n';
    const formatted = format(text, 2);
    expect(formatted).toBe('# head\nnp: 4 # processes\nprocess:\n  - words_num_filter:\n      min_num: 1e1 # few\n      lang: "en"\n\n  # then\n  - text_length_filter:\n');
    expect(format(formatted ?? '', 2)).toBe(formatted);
  });

  it('touches nothing that it cannot read', () => {
    expect(format('process: [', 2)).toBeNull();
    expect(format('{"process": []}', 2)).toBeNull();
  });
});

describe('a recipe in JSON', () => {
  const written = (marked: string, label: string): string => {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const dialect = FAMILIES[0]?.at('1.6.1');
    const item = suggest(text, dialect!, offset, [{ name: 'caption', type: 'string', kind: 'text' }]).items.find((each) => each.label === label);
    return item === undefined ? 'nothing' : text.slice(0, item.span.start) + item.insert + text.slice(item.span.end);
  };

  it.each([
    ['{"process": [{"text_len|": {}}]}', 'text_length_filter', '{"process": [{"text_length_filter": {}}]}'],
    ['{"process": [{"text_len|"}]}', 'text_length_filter', '{"process": [{"text_length_filter": {$0}}]}'],
    ['{"process": [{|}]}', 'llm_extract_mapper', '{"process": [{"llm_extract_mapper": {"input_keys": $1, "output_schema": $2}}]}'],
    ['{"process": [|]}', 'text_length_filter', '{"process": [{"text_length_filter": {$0}}]}'],
    ['{"process": [{"text_length_filter": {|}}]}', 'min_len', '{"process": [{"text_length_filter": {"min_len": ${1:10}}}]}'],
    ['{"process": [{"words_num_filter": {"la|"}}]}', 'lang', '{"process": [{"words_num_filter": {"lang": ${1:"en"}}}]}'],
    ['{"process": [{"image_shape_filter": {"any_or_all": |}}]}', 'all', '{"process": [{"image_shape_filter": {"any_or_all": "all"}}]}'],
    ['{"process": [{"words_num_filter": {"tokenization": |}}]}', 'true', '{"process": [{"words_num_filter": {"tokenization": true}}]}'],
    ['{"process": [{"words_num_filter": {"text_key": "|"}}]}', 'caption', '{"process": [{"words_num_filter": {"text_key": "caption"}}]}'],
  ])('is completed in its quotes: %s', (marked, label, expected) => {
    expect(written(marked, label)).toBe(expected);
  });

  it('stays JSON when it is mended', () => {
    const analysis = analyse('{"process": [{"text_lenght_filter": {}}, {"language_id_score_filter": {"lang": "english", "min_score": "2"}}, {"image_shape_filter": {"any_or_all": "al"}}]}');
    const fixes = analysis.findings.flatMap(({ fixes: each }) => each);
    expect(fixes.map(({ title }) => title)).toEqual(expect.arrayContaining(['Change to text_length_filter', 'Change to en', 'Remove the quotes', 'Change to all']));
    for (const { title } of fixes) expect(() => JSON.parse(applyFix(analysis, title)) as unknown, title).not.toThrow();
  });

  it('is offered nothing that would need lines or comments', () => {
    const text = '{"process": [{"document_deduplicator": {}}, {"words_num_filter": {}}]}';
    const { recipe, lines } = analyse(text);
    const actions = stepActions(recipe!, lines, text.indexOf('document'));
    expect(actions).toMatchObject([{ title: 'Replace by ray_document_deduplicator', edits: [{ text: '"ray_document_deduplicator"' }] }]);
  });
});

describe('JSON Schema', () => {
  it.each(FAMILIES.map((family) => [family.id, family.at(family.versions[0] ?? '')] as const))('of %s is plain JSON', (_, dialect) => {
    const schema = jsonSchema(dialect);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it('has each op with its parameters', () => {
    const data = FAMILIES.find(({ id }) => id === 'data-juicer');
    const schema = jsonSchema(data?.at('1.6.1') as never) as { $defs: Record<string, { properties: Record<string, unknown> }> };
    expect(schema.$defs.text_length_filter?.properties.min_len).toEqual({ type: 'integer', description: 'Smallest length that is kept.', default: 10 });
  });
});

describe('hovering a number', () => {
  it('tells what published recipes write', () => {
    const { recipe, offset } = at('process:\n  - language_id_score_filter:\n      min_score: 0.|5\n');
    expect(hover(recipe, offset)?.markdown).toMatch(/In published recipes:\n\n- `0\.\d+`: [\w-]+/);
  });
});
