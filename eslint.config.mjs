import { dirname, relative, resolve, sep } from 'node:path';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The directions of import: each room with the rooms and packages it may see. The first prefix that fits a file
 * is its room. Everybody may import `protocol`; engine and webview also `values`, which tells what a value means, and
 * `texts`, which tells words, differences and concepts; engine, webview and language server never import from the host.
 */
const ROOMS = [
  { room: 'extension/protocol/', sees: ['extension/protocol/'], packages: /^$/ },
  { room: 'extension/rpc/', sees: ['extension/protocol/', 'extension/rpc/'], packages: /^vscode-jsonrpc(\/|$)/ },
  { room: 'extension/durable/', sees: ['extension/protocol/', 'extension/durable/'], packages: /^node:/ },
  { room: 'extension/journal/', sees: ['extension/protocol/', 'extension/durable/', 'extension/journal/'], packages: /^node:/ },
  {
    room: 'extension/engine/saving/',
    sees: ['extension/protocol/', 'extension/rpc/', 'extension/durable/', 'extension/engine/'],
    packages: /^node:/,
  },
  { room: 'extension/values/', sees: ['extension/protocol/', 'extension/values/'], packages: /^$/ },
  { room: 'extension/texts/', sees: ['extension/protocol/', 'extension/texts/'], packages: /^$/ },
  {
    room: 'extension/engine/command-line/lint.ts',
    sees: ['extension/protocol/', 'extension/rpc/', 'extension/engine/', 'language-server/'],
    packages: /^node:/,
  },
  {
    room: 'extension/engine/',
    sees: ['extension/protocol/', 'extension/rpc/', 'extension/values/', 'extension/texts/', 'extension/durable/', 'extension/journal/', 'extension/engine/', 'language-server/dialects/', 'package.json'],
    packages: /^(?!vscode$|react)/,
  },
  { room: 'extension/', sees: ['extension/'], hidden: ['extension/engine/'], packages: /^(?!react|@duckdb|sharp)/ },
  {
    room: 'webview/controls/',
    sees: ['extension/protocol/', 'extension/rpc/', 'extension/values/', 'extension/texts/', 'webview/'],
    packages: /^(?!vscode$|node:|@duckdb|sharp)/,
  },
  {
    room: 'webview/',
    sees: ['extension/protocol/', 'extension/rpc/', 'extension/values/', 'extension/texts/', 'webview/'],
    packages: /^(?!vscode$|node:|@duckdb|sharp|@vscode\/webview-ui-toolkit)/,
  },
  { room: 'language-server/', sees: ['extension/protocol/', 'language-server/'], packages: /^(?!vscode$|react|@duckdb|sharp)/ },
  { room: '', sees: [''], packages: /^/ },
];

const root = import.meta.dirname;
const fromRoot = (path) => relative(root, path).split(sep).join('/');

const directions = {
  meta: { type: 'problem', schema: [], messages: { closed: '{{room}} may not import {{target}} (see ROOMS in eslint.config.mjs).', main: 'Nothing imports a main.' } },
  create(context) {
    const file = fromRoot(context.filename);
    const room = ROOMS.find(({ room: prefix }) => file.startsWith(prefix));
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const name = node.source.value;
      const target = name.startsWith('.') ? fromRoot(resolve(dirname(context.filename), name)) : null;
      const open = target === null ? room.packages.test(name) : startsWithAny(target, room.sees) && !startsWithAny(target, room.hidden ?? []);
      if (!open) context.report({ node, messageId: 'closed', data: { room: room.room, target: target ?? name } });
      if (target !== null && /(^|\/)main\.tsx?$/.test(target)) context.report({ node, messageId: 'main' });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

function startsWithAny(target, prefixes) {
  return prefixes.some((prefix) => target.startsWith(prefix));
}

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'node_modules/', '**/*.mjs', 'vitest.config.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { loupe: { rules: { directions } } },
    rules: {
      'loupe/directions': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      // Spreading text into code points is what we mean where we do it.
      '@typescript-eslint/no-misused-spread': 'off',
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['webview/**/*.tsx', 'webview/**/*.ts'], plugins: { 'react-hooks': hooks }, rules: hooks.configs.recommended.rules },
  { files: ['tests/**'], rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-unnecessary-type-parameters': 'off' } },
);
