import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../language-server/service.ts';

const main = resolve(import.meta.dirname, '../../../language-server/main.ts');
const neovim = spawnSync('nvim', ['--version'], { encoding: 'utf8' });
const isThere = neovim.error === undefined && neovim.status === 0;
const folder = mkdtempSync(join(tmpdir(), 'loupe-neovim-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECIPE = `np: no
process:
  - text_lenght_filter:
  - average_line_length_filter:
      min_len: 100
      max_len: 10
      mxa_len: 3
`;

/** Starts the server, waits for its first diagnostics, and writes them as JSON; by what Neovim 0.7 already has. */
const SCRIPT = `
local uri = vim.uri_from_bufnr(0)
local got = nil
local client = vim.lsp.start_client({
  name = 'loupe',
  cmd = { vim.env.LOUPE_NODE, vim.env.LOUPE_SERVER, '--stdio' },
  root_dir = vim.fn.getcwd(),
  init_options = { versions = { ['data-juicer'] = '1.6.1' } },
  handlers = {
    ['textDocument/publishDiagnostics'] = function(err, result, ctx, config)
      vim.lsp.diagnostic.on_publish_diagnostics(err, result, ctx, config)
      if result.uri == uri and #result.diagnostics > 0 then got = true end
    end,
  },
})
vim.lsp.buf_attach_client(0, client)
local answered = vim.wait(50000, function() return got ~= nil end, 50)
local shown = {}
for _, each in ipairs(vim.diagnostic.get(0)) do
  table.insert(shown, { line = each.lnum, column = each.col, severity = each.severity, code = each.code, message = each.message })
end
local hover = vim.lsp.buf_request_sync(0, 'textDocument/hover', { textDocument = { uri = uri }, position = { line = 3, character = 8 } }, 20000)
local completion = vim.lsp.buf_request_sync(0, 'textDocument/completion', { textDocument = { uri = uri }, position = { line = 4, character = 9 } }, 20000)
vim.fn.writefile({ vim.fn.json_encode({ answered = answered, shown = shown, hover = hover, completion = completion }) }, vim.env.LOUPE_OUT)
vim.lsp.stop_client(client)
vim.cmd('qall!')
`;

interface Shown {
  readonly shown: readonly { readonly line: number; readonly column: number; readonly severity: number; readonly code: string; readonly message: string }[];
  readonly hover: readonly { readonly result: { readonly contents: { readonly value: string } } }[];
  readonly completion: readonly { readonly result: readonly { readonly label: string }[] }[];
}

async function shownByNeovim(): Promise<Shown> {
  const [recipe, script, out] = ['recipe.yaml', 'attach.lua', 'shown.json'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(recipe, RECIPE);
  writeFileSync(script, SCRIPT);
  const env = { ...process.env, LOUPE_NODE: process.execPath, LOUPE_SERVER: main, LOUPE_OUT: out, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder };
  const editor = spawn('nvim', ['--headless', '--clean', '-n', recipe, '-c', `luafile ${script}`], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  editor.stderr.on('data', (data: Buffer) => void (said += data.toString()));
  await once(editor, 'exit');
  try {
    return JSON.parse(readFileSync(out, 'utf8')) as Shown;
  } catch {
    throw new Error(`Neovim wrote nothing: ${said}`);
  }
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'];

describe.skipIf(!isThere)('Neovim as a client', () => {
  it('shows the same diagnostics, and is answered as others are', async () => {
    const { shown, hover, completion } = await shownByNeovim();
    const { findings, lines } = analyse(RECIPE);
    const place = ({ line, column, severity, code, message }: Shown['shown'][number]): string => `${line}:${column} ${SEVERITIES[severity - 1] ?? ''} ${code} ${message}`;
    expect(shown.map(place).sort()).toEqual(findings.map(({ start, code, severity, message }) => place({ line: lines.position(start).line, column: lines.position(start).character, severity: SEVERITIES.indexOf(severity) + 1, code, message })).sort());
    expect(shown.map(({ code }) => code).sort()).toEqual(expect.arrayContaining(['min-above-max', 'unknown-op', 'unknown-parameter']));
    expect(hover[0]?.result.contents.value).toContain('average_line_length_filter');
    expect(completion[0]?.result.map(({ label }) => label)).toContain('min_closed_interval');
  }, 120_000);
});

if (!isThere) console.log('recipes: skipped Neovim as a client: nvim is not installed');
