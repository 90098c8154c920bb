import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import './style/base.css';
import './style/models.css';
import './style/motion.css';
import './style/page.css';
import './style/run-list.css';
import './style/story.css';

// The page's policy forbids to make code out of text, which schemas would try as soon as they are loaded.
z.config({ jitless: true });
const { App } = await import('./app.tsx');

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
