/** Work in progress, kept by the browser: for a day, without the file, apart by server, workspace and person. */

import type { Step } from '../events';
import type { Import, Workspace } from '../session/types';

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

const DAY = 86_400_000;
const STORE = 'work';

/** The shelf of one person at one workspace. Where the browser keeps nothing, it is empty. */
export class Shelf {
  private readonly base: Promise<IDBDatabase | undefined>;

  /** `owner` is the server's address, the workspace and the person. */
  constructor(private readonly owner: string[]) {
    this.base = open();
  }

  async work(digest: string): Promise<Work | undefined> {
    const work = await this.use<Work | undefined>('readonly', (items) => items.get([...this.owner, digest]));
    return work && Date.now() - work.at < DAY ? work : undefined;
  }

  /** The work that was kept last. */
  async latest(): Promise<Work | undefined> {
    const all = await this.use<Work[]>('readonly', (items) => items.getAll(this.range()));
    return all?.filter(({ at }) => Date.now() - at < DAY).sort((a, b) => b.at - a.at)[0];
  }

  async keep(work: Work): Promise<void> {
    await this.use('readwrite', (items) => items.put(work, [...this.owner, work.digest]));
  }

  async forget(digest: string): Promise<void> {
    await this.use('readwrite', (items) => items.delete([...this.owner, digest]));
  }

  /** Forgets everything of this owner. */
  async clear(): Promise<void> {
    await this.use('readwrite', (items) => items.delete(this.range()));
  }

  /** An open connection keeps its memory, and every other version of the page out. */
  close(): void {
    void this.base.then((base) => base?.close());
  }

  /** Throws away what is too old, whoever's it is: nobody else will. */
  async tidy(): Promise<void> {
    const keys = await this.use<IDBValidKey[]>('readonly', (items) => items.getAllKeys());
    for (const key of keys ?? []) {
      const item = await this.use<{ at: number }>('readonly', (items) => items.get(key));
      if (item && Date.now() - item.at > DAY) await this.use('readwrite', (items) => items.delete(key));
    }
  }

  private range(): IDBKeyRange {
    return IDBKeyRange.bound([...this.owner], [...this.owner, '\uffff']);
  }

  /** Private windows and full disks refuse: then nothing is kept, and the import goes on. */
  private async use<T>(mode: IDBTransactionMode, ask: (items: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
    const base = await this.base;
    if (!base) return undefined;
    try {
      return (await settled(ask(base.transaction(STORE, mode).objectStore(STORE)))) as T;
    } catch {
      return undefined;
    }
  }
}

/** Whose shelf it is: the server, the workspace and the person. */
export function ownerOf(endpoint: string, workspace: Workspace): string[] {
  return [new URL(endpoint || '.', location.href).origin, workspace.id, workspace.user.id];
}

function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open('muster', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
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
