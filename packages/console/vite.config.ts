import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// oxlint-disable-next-line import/no-default-export -- vite reads its configuration from the default export
export default defineConfig({
  plugins: [react()],
  // The page is served under a content security policy without inline code.
  build: { target: 'es2024', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
