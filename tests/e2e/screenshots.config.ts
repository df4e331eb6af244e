import { defineConfig } from '@playwright/test';
import config from './playwright.config';

/** Pictures to be looked at, not tests: `npm run screenshots`. */
export default defineConfig({ ...config, testDir: 'screenshots', testIgnore: [], timeout: 400_000 });
