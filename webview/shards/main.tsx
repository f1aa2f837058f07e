// First of all: it asks the host, and the rest takes a while.
import { api, host, ready } from './ready.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../charts/charts.css';
import '../theme.css';
import { App } from './app.tsx';
import { runCommand } from './commands.ts';
import './filters/filters.css';
import './page.css';
import { SessionProvider, startSession } from './session.ts';
import './statistics/statistics.css';

export * from './for-later.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element #root.');

const session = startSession(api, host, await ready);
host.listen('document/command', ({ command }) => runCommand(session, command));
createRoot(root).render(
  <StrictMode>
    <SessionProvider value={session}>
      <App />
    </SessionProvider>
  </StrictMode>,
);
