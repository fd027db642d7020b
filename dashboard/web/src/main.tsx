import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { cspNonce, nonceStyles } from './csp.ts';
import { startTexts } from './i18n/index.ts';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
if (cspNonce !== undefined) nonceStyles(cspNonce);
await startTexts();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
