import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lintFile } from '../../../language-server/lint/lint.ts';
import { readCustomOps, readFirstCatalogues, readOwnCatalogues } from '../../../language-server/data/sources.ts';
import { evaluate, textOf } from '../../../language-server/dialects/python/expressions.ts';
import { readModule } from '../../../language-server/dialects/python/classes.ts';
import { readBlocks, type Token } from '../../../language-server/dialects/python/tokens.ts';
import { sourceAt } from '../../../language-server/features/op-source.ts';
import { sourceLocation } from '../../../language-server/server/op-source.ts';
import { analyse } from '../../../language-server/service.ts';
import { codesByLine } from '../../support/recipe-marks.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-op-sources-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const BASE = `
from ..base_op import OPERATORS, Filter
torch = LazyLoader('torch')

class ScoreBase(Filter):
    """A base class, """
    _accelerator = "cuda"
    DEFAULT_MODEL = "a/b"

    def __init__(
        self,
        hf_model: str = DEFAULT_MODEL,  # which one, (
        min_score: float = -1.5e-3,
        labels: Optional[List[str]] = ["x", 'y'],
        *args,
        **kwargs,
    ):
        self.model_key = prepare_model(model_type="huggingface", name="class Fake:")
        self.stat = StatsKeys.my_score
`;

const OPS = `
OP_NAME = "my_filter"
MAX = 1024 * 1024

@TAGGING_OPS.register_module(OP_NAME)
@OPERATORS.register_module(OP_NAME)
class MyFilter(ScoreBase):
    def __init__(self, field: str, size: Annotated[int, Field(ge=1, le=9)] = MAX,
                 big=sys.maxsize, *args, **kwargs):
        super().__init__(*args, **kwargs)

@OPERATORS.register_module(f"{OP_NAME}_strict")
class MyStrictFilter(MyFilter):
    pass
`;

write('checkout/data_juicer/__init__.py', '__version__ = "1.6.1.post1"\n');
write('checkout/data_juicer/ops/filter/score_base.py', BASE);
write('checkout/data_juicer/ops/filter/my_filter.py', OPS);
write('checkout/data_juicer/config/config.py', `def build(parser):\n    group.add_argument("--dataset_path", type=str, default="")\n    parser.add_argument("--my-key", type=Optional[PositiveInt], default=None, help="a, b" "c")\n    parser.add_argument("--export_path", type=str, default="x")\n`);

describe('ops from sources', () => {
  it('are read with what they inherit', async () => {
    const own = (await readOwnCatalogues(join(folder, 'checkout')))?.['data-juicer'];
    expect(own?.version).toBe('1.6.1.post1');
    expect(Object.keys(own?.ops ?? {})).toEqual(['my_filter', 'my_filter_strict']);
    expect(own?.ops.my_filter).toMatchObject({ kind: 'filter', cls: 'MyFilter', accelerator: 'cuda', model: 'prepare_model', model_types: ['huggingface'], registries: ['OPERATORS', 'TAGGING_OPS'], stats: ['my_score'] });
    expect(own?.ops.my_filter_strict?.params).toEqual([
      { name: 'field', type: 'str', required: true, default: null, inherited_from: 'MyFilter' },
      { name: 'size', type: 'Annotated[int, Field(ge=1, le=9)]', required: false, default: 1048576, inherited_from: 'MyFilter' },
      { name: 'big', type: null, required: false, default: { $py: 'sys.maxsize' }, inherited_from: 'MyFilter' },
      { name: 'hf_model', type: 'str', required: false, default: 'a/b', inherited_from: 'ScoreBase' },
      { name: 'min_score', type: 'float', required: false, default: -0.0015, inherited_from: 'ScoreBase' },
      { name: 'labels', type: 'Optional[List[str]]', required: false, default: ['x', 'y'], inherited_from: 'ScoreBase' },
    ]);
    expect(own?.globals).toMatchObject({ my_key: { type: 'Optional[PositiveInt]', default: null, choices: null } });
  });

  it('are what recipes are checked for, and lead to their definition', async () => {
    const catalogues = await readOwnCatalogues(join(folder, 'checkout'));
    const analysis = analyse('dataset_path: a.jsonl\nmy_key: 0\nnp: 2\nprocess:\n  - my_filter:\n      field: 3\n      size: 10\n      min_scor: 1\n  - text_length_filter:\n', { override: null, versions: {}, catalogues });
    expect(analysis.recipe?.dialect.version).toBe('1.6.1.post1');
    expect(codesByLine(analysis)).toEqual(['2 out-of-range', '3 unknown-key', '5 filter-off', '6 wrong-type', '7 out-of-range', '8 unknown-parameter', '9 unknown-op']);
    const source = sourceAt(analysis.recipe!, analysis.lines.text.indexOf('my_filter') + 2);
    expect(await sourceLocation(source!)).toMatchObject({ uri: expect.stringMatching(/\/my_filter\.py$/) as string, range: { start: { line: 6 } } });
  });

  it('are found in an environment, or where its package was installed for editing', async () => {
    write('venv/lib/python3.11/site-packages/py_data_juicer-1.4.3.dist-info/direct_url.json', JSON.stringify({ url: `file://${join(folder, 'checkout')}`, dir_info: { editable: true } }));
    expect(Object.keys((await readOwnCatalogues(join(folder, 'venv')))?.['data-juicer']?.ops ?? {})).toHaveLength(2);
    expect(await readOwnCatalogues(join(folder, 'nothing'))).toBeNull();
  });
});

describe('what the other programs know', () => {
  write('nemo/nemo_curator/package_info.py', 'MAJOR = 1\nMINOR = 9\nPATCH = 2\n');
  write('nemo/nemo_curator/__init__.py', '');
  write('nemo/nemo_curator/stages/base.py', 'class Stage(ABC, Generic[X]):\n    name: str = "Stage"\n    def __init__(self, size: int = 1 << 4, **kwargs):\n        pass\n');
  write('nemo/nemo_curator/stages/__init__.py', '_LAZY: dict[str, str] = {\n    "Mine": ".mine",\n}\n');
  write('nemo/nemo_curator/stages/mine.py', 'from dataclasses import dataclass, field\nfrom .base import (Stage,)\n\n@dataclass(kw_only=True)\nclass Mine(Stage[A, B]):\n    path: str\n    few: list[str] = field(default_factory=list)\n    size: int = field(init=False, default=2)\n    KIND: ClassVar[str] = "x"\n\n    def run(self):\n        pass\n\n@overload\ndef make(a): ...\ndef make(a, b=None):\n    pass\n');
  write('dolma/python/dolma/taggers/mine.py', 'from dolma import add_tagger\n\ndef spans_of(doc):\n    return [Span(0, 1, f"words_{n}_x", 1)]\n\n@add_tagger("mine_v1")\nclass Mine(BaseTagger):\n    def predict(self, doc):\n        return spans_of(doc) + [Span(start=0, end=9, type="lines", score=1)]\n');
  write('dolma/pyproject.toml', '[project]\nversion = "1.3.0"\n');
  write('dclm/baselines/mappers/mine.py', '@factory_function\ndef my_modifier(words: List[str], fold=False):\n    pass\n\ndef my_filter(page: Dict, least: int = 3, **kwargs):\n    pass\n\ndef helper(text):\n    pass\n\ndef _hidden(page):\n    pass\n');
  const own = readFirstCatalogues(['nemo', 'dolma', 'dclm'].map((each) => join(folder, each)));
  const codes = async (text: string): Promise<string[]> => codesByLine(analyse(text, { override: null, versions: {}, catalogues: await own }));

  it('is read of NeMo Curator with fields, bases and names that packages lend', async () => {
    expect((await own)?.['nemo-curator']).toMatchObject({
      version: '1.9.2',
      classes: { 'nemo_curator.stages.mine.Mine': { open: false, params: { path: { type: 'str', required: true }, few: { type: 'list[str]', required: false, default: { symbol: 'list()' } } } } },
      exports: { 'nemo_curator.stages.Mine': 'nemo_curator.stages.mine.Mine' },
    });
    expect((await own)?.['nemo-curator']?.functions).toEqual(['nemo_curator.stages.mine.make']);
    const text = 'stages:\n  - _target_: nemo_curator.stages.Mine\n    pth: a\n  - _target_: nemo_curator.stages.base.Stage\n    size: 2\n    more: 1\n  - _target_: nemo_curator.stages.text.io.reader.JsonlReader\n    file_paths: a\n';
    expect(await codes(text)).toEqual(['2 missing-parameter', '3 unknown-parameter', '7 unknown-op']);
    const analysis = analyse(text, { override: null, versions: {}, catalogues: await own });
    expect(await sourceLocation(sourceAt(analysis.recipe!, text.indexOf('stages.base') + 2)!)).toMatchObject({ uri: expect.stringMatching(/\/base\.py$/) as string });
  });

  it('is read of Dolma with the spans that taggers can write', async () => {
    expect((await own)?.dolma).toMatchObject({ version: '1.3.0', taggers: { mine_v1: { spans: ['lines', 'words_*_x'], open: false } } });
    expect(await codes('documents: [a]\ntaggers: [mine_v1, gopher_v1]\n')).toEqual(['2 unknown-value']);
    expect(await codes('streams:\n  - name: a\n    documents: [a]\n    output: {path: b}\n    attributes: [e]\n    filter:\n      include: ["$.attributes[?(@.e__mine_v1__line[0] && @.e__mine_v1__words_3_x[0])]"]\n')).toEqual(['7 never-produced']);
  });

  it('is read of DCLM, where helpers are no functions of recipes', async () => {
    expect(await codes('- source: a\n  steps:\n    - func: my_modifier\n      fold: 3\n    - func: my_filter\n      least: 1\n      other: 1\n    - func: helper\n')).toEqual(['3 missing-parameter', '4 wrong-type', '8 unknown-op']);
  });

  it('gives way to a version that is asked for', async () => {
    const text = 'documents: [a]\ntaggers: [mine_v1]\n';
    expect(codesByLine(analyse(text, { override: null, versions: { dolma: '1.2.1' }, catalogues: await own }))).toEqual(['2 unknown-value']);
  });
});

describe('files of custom_operator_paths', () => {
  const file = write('mine/ops.py', '@OPERATORS.register_module("mine_mapper")\nclass Mine(Mapper):\n    def __init__(self, prefix: str = "a", *args, **kwargs):\n        pass\n');
  const recipe = write('mine/configs/r.yaml', 'custom_operator_paths: [ops.py]\nprocess:\n  - mine_mapper:\n      prefx: 3\n  - their_mapper:\n');

  it('add their ops to the known ones', async () => {
    expect(await readCustomOps([file])).toMatchObject({ complete: true, ops: { mine_mapper: { kind: 'mapper' } } });
    expect((await lintFile(recipe)).findings.map(({ start, code }) => `${start.line + 1} ${code}`)).toEqual(['4 unknown-parameter', '5 unknown-op']);
  });

  it('leave unknown ops alone where not all of them were understood', async () => {
    write('mine/ops.py', '@OPERATORS.register_module(name_of("mine"))\nclass Mine(Mapper):\n    pass\n');
    expect((await lintFile(recipe)).findings).toEqual([]);
  });
});

describe('Python', () => {
  const value = (text: string): readonly Token[] => readBlocks(`x = ${text}\n`)[0]?.tokens.slice(2) ?? [];

  it.each([
    ["'a' \"b\"", 'ab'],
    ["r'\\d'", '\\d'],
    ["'\\u00e9\\n\\''", "é\n'"],
    ['(1, 2,)', [1, 2]],
    ['{"a": {"b": None}}', { a: { b: null } }],
    ['1_000', 1000],
    ['not_known()', { $py: 'not_known()' }],
    ['[X]', { $py: '[X]' }],
    ["f'{a}'", { $py: "f'{a}'" }],
  ])('%s', (text, expected) => {
    expect(evaluate(value(text), new Map())).toEqual(expected);
  });

  it('is written as it is parsed', () => {
    for (const text of ['Callable[[str], list[str]] | str | None', "Union[PositiveInt, Literal['auto']]", 'Annotated[float, Field(ge=0, le=1)]', '-sys.maxsize']) expect(textOf(value(text))).toBe(text);
  });

  it('ends with whatever text it is given', () => {
    const hostile = ['class A(', "x = '''", '@@@@\n', `x = ${'('.repeat(200_000)}`, `x = ${'-'.repeat(20_000)}1`, `X = X\nclass A(A): pass\n`, ' class A:\n'.repeat(5_000), 'x = X\n\\'];
    for (const text of hostile) expect(() => readModule(readBlocks(text))).not.toThrow();
    const own = readModule(readBlocks('A = A\nB = [B]\n')).constants;
    expect(evaluate(own.get('A')!, own)).toEqual({ $py: 'A' });
    expect(evaluate(value('-'.repeat(20_000) + '1'), own)).toHaveProperty('$py');
  });
});
