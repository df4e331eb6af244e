import type { Step } from '../events';
import type { Import, Marks } from '../session/types';
import { Shelf, type Recipe, type Work } from './shelf';

/** What is kept of the import at hand: for a reload, and for the next file with this header. */
export class Keeper {
  private readonly shelf: Shelf;
  private marks: Marks | undefined;

  constructor(owner: string[]) {
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
    const { file_digest, signature } = marks;
    return (await this.shelf.work(file_digest)) ?? (await this.shelf.recipe(file_digest)) ?? (signature ? this.shelf.recipe(signature) : undefined);
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
    const { marks } = this;
    await this.forget();
    const { edits: _edits, left_out: _out, file: _file, ...description } = known ?? described;
    for (const signature of new Set([marks?.file_digest, marks?.signature])) {
      if (signature) await this.shelf.learn({ signature, isFile: signature === marks?.file_digest, description, at: Date.now() });
    }
  }

  close(): void {
    this.shelf.close();
  }

  /** Forgets the work on a file. */
  async forget(digest = this.marks?.file_digest): Promise<void> {
    if (digest) await this.shelf.forget(digest);
  }
}
