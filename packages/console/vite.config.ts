import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The page is served under a content security policy without inline code.
  build: { target: 'es2024', modulePreload: false, cssCodeSplit: false, assetsInlineLimit: 0 },
});
