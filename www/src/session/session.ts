import type { ImportView } from '../api/types';
import type { Words } from '../text/text';
import type { Calls, Name, ToPage, ToWorker } from '../worker/protocol';
import { aborted, RefusedError, TrapError, unpack } from './errors';
import { startWorker } from './start';
import type {
  Alarm, ColumnFacts, Creations, Effects, FieldGuess, FileChoice, FileFacts, Import, Judged, Marks, Offer, Outcome, Progress, RowView, Sought, Trap, Verdict,
  Workspace,
} from './types';

export { InvalidImportError, RefusedError, TrapError } from './errors';

export interface SessionOptions {
  /** The server's address, without `/api/v1`; empty for the page's own origin. */
  endpoint: string;
  /** Gives a token; called again when the server refuses the last one. */
  token: () => Promise<string>;
  workspace: Workspace;
}

interface Pending {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/**
 * One file on its way from the drop to the commit, in a Web Worker of its own. Calls answer in promises.
 *
 * A worker that breaks is thrown away, since a panicked module keeps answering, wrongly: every open promise and every
 * later call is rejected with {@link TrapError}, and only a new session goes on.
 *
 * @fires progress `CustomEvent<Progress>` of reading, looking up and uploading
 * @fires trap `CustomEvent<Trap>`, once, when the worker broke
 */
export class ImportSession extends EventTarget {
  readonly #token: () => Promise<string>;
  readonly #maxBytes: number;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  /** Why there is no worker any more. */
  #ended: Error | undefined;

  constructor({ endpoint, token, workspace }: SessionOptions) {
    super();
    this.#token = token;
    this.#maxBytes = workspace.limits.max_bytes;
    this.#worker = startWorker();
    this.#worker.onmessage = (event: MessageEvent<ToPage>) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#trap(event.message || 'the worker could not be loaded');
    };
    this.#worker.onmessageerror = () => this.#trap('a message of the worker could not be read');
    // A worker knows no page: addresses are made absolute here.
    this.#call('open', endpoint ? new URL(endpoint, location.href).href : location.origin, workspace).catch(() => {
      // Whoever waits for the session's first answer is told of the trap.
    });
  }

  /**
   * Splits the first rows of the file, long before the whole is read: as many as fit into 64 kB. `null` where they can't
   * be read by themselves; nothing is refused here.
   */
  glance(file: File, choice?: FileChoice): Promise<FileFacts | null> {
    return this.#call('glance', file, choice);
  }

  /** What is wrong with the rows of the last {@link glance}, their columns mapped like this, whoever is stored already. */
  judge(description: Import): Promise<Judged> {
    return this.#call('judge', description);
  }

  /** Reads and splits the file. Rejects with {@link RefusedError} as soon as it is known to be no use. */
  async read(file: File, choice?: FileChoice): Promise<FileFacts> {
    if (file.size === 0) throw new RefusedError({ code: 'file_empty', kind: null });
    if (file.size > this.#maxBytes) throw new RefusedError({ code: 'file_too_large', kind: null });
    return this.#call('read', file, choice);
  }

  /**
   * Validates every mapped cell; later only what is described otherwise. A description without `repairs`, or without
   * `edits` and `left_out`, keeps those that there are. Rejects with {@link InvalidImportError}.
   */
  configure(description: Import): Promise<ColumnFacts[]> {
    return this.#call('configure', description);
  }

  /** Looks the contacts up and gives every row its outcome. A later `configure` or `compare` aborts it. */
  compare(): Promise<Verdict> {
    return this.#call('compare');
  }

  /** The bytes that Import would send. Another correction or comparison aborts it. */
  bytesToSend(): Promise<number> {
    return this.#call('bytesToSend');
  }

  /** A page of the rows with one outcome, or of all rows, in file order. */
  rows(filter: Outcome | null, offset: number, count: number): Promise<{ total: number; rows: RowView[] }> {
    return this.#call('rows', filter, offset, count);
  }

  /** The rows that are looked for, as positions among those with their outcome. A later search aborts it. */
  find(sought: Sought): Promise<Uint32Array> {
    return this.#call('find', sought);
  }

  /** The rows at these positions among those with an outcome, or among all rows. */
  rowsAt(filter: Outcome | null, positions: Uint32Array): Promise<RowView[]> {
    return this.#call('rowsAt', filter, positions);
  }

  /**
   * Gives a cell another text, `null` its own again. Like all corrections it is one step of the history, and answers
   * with the new verdict: only what depends on it is found out again. `null` before the first {@link compare}; one that
   * is under way rejects with an `AbortError`, as the answer comes from here.
   */
  edit(row: number, column: number, value: string | null): Promise<Verdict | null> {
    return this.#call('edit', row, column, value);
  }

  /** Leaves rows out, or brings them back. */
  leaveOut(rows: number[], isOut: boolean): Promise<Verdict | null> {
    return this.#call('leaveOut', rows, isOut);
  }

  /** What can be repaired at once in the rows at hand. */
  repairs(): Promise<Offer[]> {
    return this.#call('repairs');
  }

  /** Makes one of the repairs, in one step. */
  repair(id: string): Promise<Verdict | null> {
    return this.#call('repair', id);
  }

  /** Takes the last step back, whatever it was. */
  undo(): Promise<Verdict | null> {
    return this.#call('undo');
  }

  /** Makes the step once more that was taken back last. */
  redo(): Promise<Verdict | null> {
    return this.#call('redo');
  }

  /** What a person has to look at before the import is begun. */
  alarms(): Promise<Alarm[]> {
    return this.#call('alarms');
  }

  /** What the policies that each column can have would do to stored values. */
  effects(): Promise<Effects[]> {
    return this.#call('effects');
  }

  /** What commit would create. */
  creations(): Promise<Creations> {
    return this.#call('creations');
  }

  /** What became of the mapped columns, corrections included. */
  columns(): Promise<ColumnFacts[]> {
    return this.#call('columns');
  }

  /** The description as it is now, by which a reload restores it. */
  description(): Promise<Import | null> {
    return this.#call('description');
  }

  /** By what the file that was read is told again. */
  marks(): Promise<Marks> {
    return this.#call('marks');
  }

  /** The type of a custom field that would take a column as it is; none where nothing stands in it. */
  guess(column: number): Promise<FieldGuess | null> {
    return this.#call('guess', column);
  }

  /** The countries to which the phone numbers of a mapped column belong, the most frequent first. */
  phoneCountries(column: number): Promise<[country: string, numbers: number][]> {
    return this.#call('phoneCountries', column);
  }

  /** The rows with errors as CSV: the original columns and `Error`, in these words. */
  errorRows(words: Words): Promise<Blob> {
    return this.#call('errorRows', words);
  }

  /** Uploads the plan and commits it: from then on the server goes on alone. An import that fails before is deleted. */
  start(fileName: string, language: string): Promise<ImportView> {
    return this.#call('start', fileName, language);
  }

  /**
   * Ends looking up or uploading; `compare` and `start` reject with an `AbortError`, and nothing of the import stays.
   * Rejects with an `ApiError` when the import was committed in the meantime.
   */
  cancel(): Promise<void> {
    return this.#call('cancel');
  }

  /** Ends the worker and frees its memory; what is open rejects with an `AbortError`. */
  close(): void {
    this.#end(aborted());
  }

  #call<N extends Name>(call: N, ...args: Parameters<Calls[N]>): Promise<ReturnType<Calls[N]>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      this.#post({ id, call, args } as ToWorker);
    });
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: ToPage): void {
    if ('progress' in message) {
      this.dispatchEvent(new CustomEvent<Progress>('progress', { detail: message.progress }));
    } else if ('wantToken' in message) {
      this.#token().then(
        (token) => this.#post({ token }),
        (cause) => this.#post({ noToken: String(cause) }),
      );
    } else if ('trap' in message) {
      this.#trap(message.trap);
    } else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if ('failure' in message) pending?.reject(unpack(message.failure));
      else pending?.resolve(message.value);
    }
  }

  #trap(message: string): void {
    if (this.#ended) return;
    this.#end(new TrapError(message));
    this.dispatchEvent(new CustomEvent<Trap>('trap', { detail: { message } }));
  }

  #end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}
