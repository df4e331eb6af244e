import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Writes addresses of other files as `new URL('./file', import.meta.url)`: by that, and nothing else, the bundlers of
 * those who install the package see that a file is needed.
 */
const literal = (): Plugin => ({
  name: 'literal-addresses',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue;
      file.code = file.code
        .replace(/new URL\(new URL\((["'`])([^"'`]+)\1,\s*import\.meta\.url\)\.href,\s*(["'`])\3\s*\+\s*import\.meta\.url\)/g, "new URL('./$2',import.meta.url)")
        .replace(/new URL\((["'`])((?:assets\/)?[\w-]+\.(?:js|wasm))\1,\s*import\.meta\.url\)/g, "new URL('./$2',import.meta.url)");
    }
  },
});

export default defineConfig({
  // Relative: the host's page and the element's script may be served under different addresses.
  base: './',
  plugins: [literal()],
  build: {
    target: 'es2022',
    // A strict Content-Security-Policy takes no data: addresses for scripts and modules.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: path('index.html'), muster: path('src/muster.ts') },
      // The module is a package, too: what it exports stays.
      preserveEntrySignatures: 'allow-extension',
      output: {
        // The address that hosts embed must not change from build to build.
        entryFileNames: (chunk) => (chunk.name === 'muster' ? 'muster.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  worker: { format: 'es', plugins: () => [literal()] },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/demo': 'http://127.0.0.1:8080' } },
});
