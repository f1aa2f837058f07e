import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const eslint = new ESLint({ cwd: root, ruleFilter: ({ ruleId }) => ruleId === 'loupe/directions' });

/** What the rule says of one import in a file that exists (type-aware linting wants a file of the project). */
async function lint(file: string, target: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import '${target}';\n`, { filePath: resolve(root, file) });
  return result?.messages.map(({ message }) => message) ?? [];
}

describe('the directions of import', () => {
  it.each([
    ['extension/protocol/values.ts', 'vscode'],
    ['extension/protocol/values.ts', 'node:fs'],
    ['extension/protocol/values.ts', '../engine/service.ts'],
    ['extension/values/span-shape.ts', 'node:fs'],
    ['extension/values/span-shape.ts', '../rpc/failure.ts'],
    ['extension/texts/words.ts', 'node:crypto'],
    ['extension/texts/words.ts', '../engine/service.ts'],
    ['extension/engine/service.ts', 'vscode'],
    ['extension/engine/service.ts', '../shards/document.ts'],
    ['extension/engine/shards/open.ts', '../../shards/document.ts'],
    ['extension/engine/service.ts', '../engine-client/engine-client.ts'],
    ['extension/engine/service.ts', '../../webview/rpc.ts'],
    ['extension/engine/service.ts', './main.ts'],
    ['extension/main.ts', './engine/service.ts'],
    ['webview/rpc.ts', '../extension/engine/service.ts'],
    ['webview/rpc.ts', '../extension/shards/document.ts'],
    ['webview/rpc.ts', 'node:fs'],
    ['webview/rpc.ts', '@vscode/webview-ui-toolkit'],
    ['language-server/main.ts', '../extension/engine/service.ts'],
  ])('%s may not import %s', async (file, target) => {
    expect(await lint(file, target)).not.toEqual([]);
  });

  it.each([
    ['extension/engine/service.ts', '../protocol/engine.ts'],
    ['extension/engine/shards/open.ts', '../duckdb/session.ts'],
    ['extension/main.ts', 'vscode'],
    ['extension/main.ts', './engine-client/engine-client.ts'],
    ['webview/rpc.ts', '../extension/protocol/webview.ts'],
    ['webview/rpc.ts', '../extension/values/span-shape.ts'],
    ['webview/rpc.ts', '../extension/texts/words.ts'],
    ['language-server/main.ts', 'vscode-languageserver/node'],
  ])('%s may import %s', async (file, target) => {
    expect(await lint(file, target)).toEqual([]);
  });
});
