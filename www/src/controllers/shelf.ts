/** Work in progress, kept by the browser: for a day, without the file, apart by server, workspace and person. */

import type { Step } from '../events';
import type { Import } from '../session/types';

/** What is kept of an import that was not finished. */
export interface Work {
  name: string;
  digest: string;
  description: Import;
  /** Columns whose field the person chose. */
  chosen: number[];
  step: Step;
  at: number;
}

/** How files with this header were imported last, or this very file: a description without values of cells. */
export interface Recipe {
  /** The signature of the header, or the digest of the file. */
  signature: string;
  isFile: boolean;
  description: Import;
  at: number;
}

const DAY = 86_400_000;
/** A recipe that nobody used for so long is forgotten. */
const SEASON = 120 * DAY;

/** The shelf of one person at one workspace. Where the browser keeps nothing, it is empty. */
export class Shelf {
  private readonly base: Promise<IDBDatabase | undefined>;

  /** `owner` is the server's address, the workspace and the person. */
  constructor(private readonly owner: string[]) {
    this.base = open();
  }

  async work(digest: string): Promise<Work | undefined> {
    const work = await this.get<Work>('work', digest);
    return work && Date.now() - work.at < DAY ? work : undefined;
  }

  /** The work that was kept last. */
  async latest(): Promise<Work | undefined> {
    const all = await this.all<Work>('work');
    return all.filter(({ at }) => Date.now() - at < DAY).sort((a, b) => b.at - a.at)[0];
  }

  keep(work: Work): Promise<void> {
    return this.put('work', work.digest, work);
  }

  forget(digest: string): Promise<void> {
    return this.remove('work', [digest]);
  }

  async recipe(signature: string): Promise<Recipe | undefined> {
    const recipe = await this.get<Recipe>('recipes', signature);
    return recipe && Date.now() - recipe.at < SEASON ? recipe : undefined;
  }

  learn(recipe: Recipe): Promise<void> {
    return this.put('recipes', recipe.signature, recipe);
  }

  /** Forgets everything of this owner. */
  async clear(): Promise<void> {
    await this.remove('work', []);
    await this.remove('recipes', []);
  }

  /** An open connection keeps its memory, and every other version of the page out. */
  close(): void {
    void this.base.then((base) => base?.close());
  }

  /** Throws away what is too old, whoever's it is: nobody else will. */
  async tidy(): Promise<void> {
    for (const [store, age] of [['work', DAY], ['recipes', SEASON]] as const) {
      const keys = await this.use<IDBValidKey[]>(store, 'readonly', (items) => items.getAllKeys());
      for (const key of keys ?? []) {
        const item = await this.use<{ at: number }>(store, 'readonly', (items) => items.get(key));
        if (item && Date.now() - item.at > age) await this.use(store, 'readwrite', (items) => items.delete(key));
      }
    }
  }

  private get<T>(store: Name, key: string): Promise<T | undefined> {
    return this.use<T | undefined>(store, 'readonly', (items) => items.get([...this.owner, key]));
  }

  private async all<T>(store: Name): Promise<T[]> {
    return (await this.use<T[]>(store, 'readonly', (items) => items.getAll(this.range()))) ?? [];
  }

  private async put(store: Name, key: string, value: Work | Recipe): Promise<void> {
    await this.use(store, 'readwrite', (items) => items.put(value, [...this.owner, key]));
  }

  private async remove(store: Name, key: string[]): Promise<void> {
    await this.use(store, 'readwrite', (items) => items.delete(key.length ? [...this.owner, ...key] : this.range()));
  }

  private range(): IDBKeyRange {
    return IDBKeyRange.bound([...this.owner], [...this.owner, '\uffff']);
  }

  /** Private windows and full disks refuse: then nothing is kept, and the import goes on. */
  private async use<T>(store: Name, mode: IDBTransactionMode, ask: (items: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
    const base = await this.base;
    if (!base) return undefined;
    try {
      return (await settled(ask(base.transaction(store, mode).objectStore(store)))) as T;
    } catch {
      return undefined;
    }
  }
}

type Name = 'work' | 'recipes';

function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open('muster', 1);
    request.onupgradeneeded = () => {
      for (const store of ['work', 'recipes'] satisfies Name[]) request.result.createObjectStore(store);
    };
    return settled(request).catch(() => undefined);
  } catch {
    return Promise.resolve(undefined);
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result), { once: true });
    request.addEventListener('error', () => reject(request.error), { once: true });
  });
}
