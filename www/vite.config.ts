import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  // Relative: the host's page and the element's script may be served under different addresses.
  base: './',
  build: {
    target: 'es2022',
    // A strict Content-Security-Policy takes no data: addresses for scripts and modules.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: path('index.html'), muster: path('src/muster.ts') },
      output: {
        // The address that hosts embed must not change from build to build.
        entryFileNames: (chunk) => (chunk.name === 'muster' ? 'muster.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/demo': 'http://127.0.0.1:8080' } },
});
