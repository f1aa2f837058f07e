import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server/server.ts';

/** The pages lie beside the bundle's folder in the sources and in the packaged extension alike. */
const pages = join(import.meta.dirname, '../language-server/checks/pages');

/** The recipes' language server, on stdio for any editor or Node IPC for VS Code (`--stdio`, `--node-ipc`). */
serve(createConnection(ProposedFeatures.all), { page: (code) => pathToFileURL(join(pages, `${code}.md`)).href });
