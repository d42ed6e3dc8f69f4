import './styles/tokens.css';
import './styles/base.css';
import './styles/buttons.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app.tsx';
import { openIpcConnection } from './engine-client/ipc-connection.ts';
import { openWebSocketConnection, rpcUrl } from './engine-client/websocket-connection.ts';
import { keepConnected } from './store/connection-store.ts';

// The policy of the page forbids code generation, which zod would try.
z.config({ jitless: true });

const shell = window.drover;
void keepConnected(
  shell === undefined ? () => openWebSocketConnection(rpcUrl(location)) : () => openIpcConnection(shell),
);

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
