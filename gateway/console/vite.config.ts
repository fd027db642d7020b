import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8090' } },
  build: {
    // Phones of the last years; the page is for whatever a technician has in the pocket.
    target: 'chrome100',
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing is inlined that the content security policy would refuse.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // Schemas of the contract are made by calls; the page needs tables of texts of it, not the schemas.
      treeshake: { manualPureFunctions: ['Type', 'Compile'] },
    },
  },
});
