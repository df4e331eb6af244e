import type { Api } from '../api/client';
import type { Step } from '../events';
import type { Import, Marks } from '../session/types';
import { Shelf, type Work } from './shelf';

/** How long what the server knows of a file is waited for: the import can be described without. */
const PATIENCE = 3_000;

/** How this very file was imported before, or files with its header were, by anybody of the workspace. */
export interface Recipe {
  /** When this very file was. */
  at: number | undefined;
  description: Import;
}

/** What is kept of the import at hand: in this browser for a reload, on the server for the next file with this header. */
export class Keeper {
  private readonly shelf: Shelf;
  private marks: Marks | undefined;

  constructor(private readonly api: Api, owner: string[]) {
    this.shelf = new Shelf(owner);
  }

  /** The work that was left last. What is too old is thrown away on the occasion. */
  async latest(): Promise<Work | undefined> {
    const work = await this.shelf.latest();
    void this.shelf.tidy();
    return work;
  }

  /** Work on this very file, else how it was imported before, else how files with this header were. */
  async recognise(marks: Marks): Promise<Work | Recipe | undefined> {
    this.marks = marks;
    return (await this.shelf.work(marks.file_digest)) ?? this.known(marks);
  }

  /** Another file is read, or the same one once more. */
  reset(): void {
    this.marks = undefined;
  }

  /** `described` is what the person sees, `known` what the session was told, corrections included. */
  async keep(name: string, described: Import, known: Import | null, chosen: Iterable<number>, step: Step): Promise<void> {
    if (!this.marks) return;
    const { edits = [], left_out = [], repairs = [] } = known ?? described;
    const description = { ...described, edits, left_out, repairs };
    await this.shelf.keep({ name, digest: this.marks.file_digest, description, chosen: [...chosen], step, at: Date.now() });
  }

  /** The import has begun: from here the server owns it, and files like this one are imported so. */
  async done(described: Import, known: Import | null): Promise<void> {
    const signature = this.marks?.signature;
    await this.forget();
    const { edits: _edits, left_out: _out, file: _file, ...description } = known ?? described;
    // The tags are this import's. The next file needs a few more decisions without a recipe.
    if (signature) await this.api.keepRecipe(signature, { ...description, tags: [] }).catch(() => undefined);
  }

  close(): void {
    this.shelf.close();
  }

  /** Forgets the work on a file. */
  async forget(digest = this.marks?.file_digest): Promise<void> {
    if (digest) await this.shelf.forget(digest);
  }

  /** What the server knows of the file. */
  private async known({ file_digest, signature }: Marks): Promise<Recipe | undefined> {
    const signal = AbortSignal.timeout(PATIENCE);
    const before = async () => {
      const { imports } = await this.api.ofFile(file_digest, signal);
      const last = imports.find(({ phase }) => phase !== 'uploading');
      return last && { at: Date.parse(last.created_at), description: (await this.api.import(last.id, signal)).import };
    };
    const alike = async () => {
      const description = signature && (await this.api.recipe(signature, signal));
      return description ? { at: undefined, description } : undefined;
    };
    const nothing = () => undefined;
    const [same, recipe] = await Promise.all([before().catch(nothing), alike().catch(nothing)]);
    const found = same ?? recipe;
    if (!found) return undefined;
    const { edits: _edits, left_out: _out, file: _file, ...description } = found.description as Import;
    return { at: found.at, description };
  }
}
