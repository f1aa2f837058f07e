import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { registerControls } from '../controls/toolkit.tsx';
import { hostOn } from '../host.ts';
import { connectHost, type VsCodeApi } from '../rpc.ts';
import '../charts/charts.css';
import '../theme.css';
import { App } from './app.tsx';
import { runCommand } from './commands.ts';
import './filters/filters.css';
import './page.css';
import { SessionProvider, startSession } from './session.ts';
import './statistics/statistics.css';

declare function acquireVsCodeApi(): VsCodeApi;

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element #root.');

registerControls();
const api = acquireVsCodeApi();
const host = hostOn(connectHost(api));
const session = await startSession(api, host);
host.listen('document/command', ({ command }) => runCommand(session, command));
createRoot(root).render(
  <StrictMode>
    <SessionProvider value={session}>
      <App />
    </SessionProvider>
  </StrictMode>,
);
