import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': { target: server, ws: true } } },
  build: {
    target: 'chrome111',
    outDir: 'dist',
    emptyOutDir: true,
    // Only fonts of the system and files of this origin: nothing is inlined that a content security policy would refuse.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // The contract's schemas are values made by calls; the browser needs a few tables and functions of it, not the schemas.
      treeshake: { manualPureFunctions: ['Type', 'Compile'] },
      output: {
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
          ],
        },
      },
    },
  },
});
