// The keys of sentences are those of the English file: the types refer to it.
import { copyFile } from 'node:fs/promises';

await copyFile(new URL('src/text/en.json', import.meta.url), new URL('types/text/en.json', import.meta.url));
await copyFile(new URL('src/api/schema.ts', import.meta.url), new URL('types/api/schema.d.ts', import.meta.url));
