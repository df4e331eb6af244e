import { Api, ApiError, type ImportView, type TokenSource } from '../api/client';
import { aborted, InvalidImportError } from '../session/errors';
import type { ColumnFacts, FileChoice, FileFacts, Import, Judged, Marks, Outcome, Progress, RowView, Sought, Verdict, Workspace } from '../session/types';
import { issueSentence } from '../text/sentences';
import { Text, type Words } from '../text/text';
import { Session, type Contents } from '../wasm/muster_wasm';
import type { Calls } from './protocol';
import { digestOf } from './digest';
import { pieces } from './pieces';
import { pool, retried } from './retry';
import { upload } from './upload';

const LF = 0x0a;
const CR = 0x0d;
const PROGRESS_EVERY = 100;
const LOOKUPS_IN_FLIGHT = 3;
/** Bytes of a file that are looked at before the rest: a few hundred rows. */
const FIRST_BYTES = 65_536;
const SHOWN_ROWS = 10;
/** Rows that are looked through before another call gets its turn. */
const ROWS_AT_A_TIME = 4_000;

type Answers = { [N in keyof Calls]: (...args: Parameters<Calls[N]>) => ReturnType<Calls[N]> | Promise<ReturnType<Calls[N]>> };

/** The calls of one session: the module decides, this carries. */
export class Engine implements Answers {
  readonly #token: TokenSource;
  readonly #report: (progress: Progress) => void;
  #api!: Api;
  #workspace!: Workspace;
  #session!: Session;
  /** The first rows of the file by themselves. */
  #first: Session | undefined;
  #glance: Promise<unknown> | undefined;
  #file!: { name: string; size: number };
  #header: string[] = [];
  #digest: Promise<string | undefined> | undefined;
  /** Has the file's digest worked out, unless it is being. */
  #hash: (() => Promise<string | undefined>) | undefined;
  #isConfigured = false;
  /** Whether the rows are held against the contacts: from then on corrections are, too. */
  #isCompared = false;
  /** What looking up took, from the first contact on. */
  #looked = { sent: 0, received: 0, fingerprints: 0 };
  #comparing: AbortController | undefined;
  #finding: AbortController | undefined;
  #upload: { control: AbortController; done: Promise<ImportView> } | undefined;

  constructor(token: TokenSource, report: (progress: Progress) => void) {
    this.#token = token;
    this.#report = report;
  }

  open(endpoint: string, workspace: Workspace): void {
    this.#api = new Api(endpoint, this.#token);
    this.#workspace = workspace;
  }

  glance(file: File, choice?: FileChoice): Promise<FileFacts | null> {
    const before = this.#glance?.catch(() => undefined);
    const look = (before ?? Promise.resolve()).then(() => this.#look(file, choice));
    this.#glance = look;
    return look;
  }

  async #look(file: File, choice?: FileChoice): Promise<FileFacts | null> {
    this.#first?.free();
    this.#first = undefined;
    const bytes = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
    // Whole lines only.
    const end = bytes.length < file.size ? Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1 : bytes.length;
    const session = (this.#first = new Session(this.#workspace, choice));
    try {
      session.push(bytes.subarray(0, end));
      const contents = session.finish();
      return contents && { name: file.name, bytes: file.size, ...contents };
    } catch (refused) {
      // Whoever reads the whole says so.
      if (refused instanceof WebAssembly.RuntimeError) throw refused;
      return null;
    }
  }

  judge(description: Import): Judged {
    const session = this.#first;
    if (!session) throw new InvalidImportError('there are no first rows');
    // Nothing is looked up: only what the rows themselves say.
    session.configure({ ...description, purpose: 'add_all', identifiers: [] });
    session.lookups();
    const { counts } = session.diff();
    const { total, rows } = session.page(null, 0, SHOWN_ROWS);
    // Not before: the first verdicts are waited for.
    void this.#hash?.();
    return { rows: total, errors: counts.error, views: rows };
  }

  async read(file: File, choice?: FileChoice): Promise<FileFacts> {
    this.#comparing?.abort();
    this.#session?.free();
    const session = (this.#session = new Session(this.#workspace, choice));
    this.#isConfigured = this.#isCompared = false;
    this.#looked = { sent: 0, received: 0, fingerprints: 0 };
    this.#file = { name: file.name, size: file.size };
    session.expect(file.size);
    // What is seen first is read first: two streams at once would hold each other up.
    await this.#glance?.catch(() => undefined);
    if (session !== this.#session) throw aborted();
    this.#digest = undefined;
    this.#hash = () => (this.#digest ??= digestOf(file, this.#workspace.fingerprint_key));
    await this.#each(file, (piece) => session.push(piece));
    void this.#hash();
    const contents = session.finish() ?? (await this.#decoded(file));
    this.#header = contents.header;
    this.#report({ step: 'read', bytes: file.size, of: file.size, rows: contents.rows });
    return { name: file.name, bytes: file.size, ...contents };
  }

  /** Reads a file that the core can't decode: with the tables of the second module, which are fetched only now. */
  async #decoded(file: File): Promise<Contents> {
    const legacy = await import('../wasm/muster_legacy');
    await legacy.default();
    const session = this.#session;
    let encoding = session.foreign();
    if (encoding === 'auto') {
      const detector = new legacy.Detector();
      await this.#each(file, (piece) => detector.push(piece));
      encoding = detector.finish();
    }
    const decoder = new legacy.Decoder(encoding ?? '');
    session.decode(encoding ?? '');
    await this.#each(file, (piece) => session.push(decoder.push(piece)));
    session.push(decoder.finish());
    decoder.free();
    const contents = session.finish();
    if (!contents) throw new Error(`the text of ${encoding} could not be read`);
    return contents;
  }

  /** Gives a file out in pieces, until one is refused. */
  async #each(file: File, take: (piece: Uint8Array) => boolean | void): Promise<void> {
    let bytes = 0;
    let last = performance.now();
    for await (const piece of pieces(file)) {
      bytes += piece.length;
      if (take(piece) === false) return;
      if (performance.now() - last >= PROGRESS_EVERY) {
        last = performance.now();
        this.#report({ step: 'read', bytes, of: file.size, rows: this.#session.rows_read() });
      }
    }
  }

  configure(description: Import): ColumnFacts[] {
    this.#comparing?.abort();
    this.#isConfigured = false;
    const columns = this.#session.configure(description);
    this.#isConfigured = true;
    return columns;
  }

  async compare(): Promise<Verdict> {
    // The session would go by the last description that could be.
    if (!this.#isConfigured) throw new InvalidImportError('the description is impossible');
    this.#comparing?.abort();
    this.#finding?.abort();
    const { signal } = (this.#comparing = new AbortController());
    this.#isCompared = true;
    const looked = this.#looked;
    const progress = { done: 0, of: 0, looked_up: 0, to_look_up: 0 };
    const said = () => this.#report({ step: 'look-up', ...progress, looked_up: Math.round(progress.looked_up) });
    const ask = async (
      requests: Uint8Array[],
      fingerprints: number,
      send: (request: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<Uint8Array>,
      take: (number: number, answer: Uint8Array) => void,
    ) => {
      // After fingerprints come values, in no more answers.
      progress.of = Math.max(progress.of, progress.done + requests.length * (fingerprints ? 2 : 1));
      progress.to_look_up += fingerprints;
      if (requests.length) said();
      await pool(requests.length, LOOKUPS_IN_FLIGHT, signal, async (number, signal) => {
        const request = requests[number] as Uint8Array<ArrayBuffer>;
        const answer = await retried(() => send(request, signal), signal);
        if (signal.aborted) throw aborted();
        take(number, answer);
        looked.sent += request.length;
        looked.received += answer.length;
        progress.done += 1;
        progress.looked_up += fingerprints / requests.length;
        said();
      });
    };
    const session = this.#session;
    // What the answers say decides what is asked next.
    for (let requests: Uint8Array[]; (requests = session.lookups()).length > 0; ) {
      const fingerprints = session.fingerprints();
      looked.fingerprints += fingerprints;
      await ask(requests, fingerprints, this.#api.match.bind(this.#api), (number, answer) => session.matched(number, answer));
    }
    await ask(session.wanted(), 0, this.#api.values.bind(this.#api), (_, answer) => session.valued(answer));
    const summary = session.diff();
    return { ...summary, bytes_looked_up: { ...looked } };
  }

  /** Makes the batches to know their bytes, one after the other: nobody waits for that, and other calls come between. */
  async bytesToSend(): Promise<number> {
    const signal = this.#comparing?.signal;
    while (this.#session.weigh()) {
      await new Promise((resume) => setTimeout(resume));
      if (signal?.aborted) throw aborted();
    }
    return this.#session.bytes_to_send();
  }

  /** Looks up what a correction made to be missing, if the contacts were looked up at all. */
  async #corrected(): Promise<Verdict | null> {
    return this.#isCompared ? this.compare() : null;
  }

  edit(row: number, column: number, value: string | null) {
    this.#session.edit(row, column, value ?? undefined);
    return this.#corrected();
  }

  leaveOut(rows: number[], isOut: boolean) {
    this.#session.leave_out(Uint32Array.from(rows), isOut);
    return this.#corrected();
  }

  repair(id: string) {
    this.#session.repair(id);
    return this.#corrected();
  }

  undo() {
    this.#session.undo();
    return this.#corrected();
  }

  redo() {
    this.#session.redo();
    return this.#corrected();
  }

  repairs() {
    return this.#session.repairs();
  }

  alarms() {
    return this.#session.alarms();
  }

  effects() {
    return this.#session.effects();
  }

  creations() {
    return this.#session.creations();
  }

  columns() {
    return this.#session.columns();
  }

  description() {
    return this.#session.description();
  }

  rows(filter: Outcome | null, offset: number, count: number) {
    return this.#session.page(filter, offset, count);
  }

  /** Goes through the rows in parts; a later search, and whatever changes the rows, ends it. */
  async find({ outcome, code, column, text }: Sought): Promise<Uint32Array> {
    this.#finding?.abort();
    const { signal } = (this.#finding = new AbortController());
    const total = this.#session.page(outcome, 0, 0).total;
    const found: number[] = [];
    for (let from = 0; from < total; from += ROWS_AT_A_TIME) {
      if (from) await new Promise((done) => setTimeout(done));
      if (signal.aborted) throw aborted();
      const more = this.#session.find(outcome, code ?? undefined, column ?? undefined, text, from, from + ROWS_AT_A_TIME);
      for (const at of more) found.push(at);
    }
    return Uint32Array.from(found);
  }

  rowsAt(filter: Outcome | null, positions: Uint32Array): RowView[] {
    return this.#session.rows_at(filter, positions);
  }

  async marks(): Promise<Marks> {
    const known = await this.#hash?.();
    // That takes its time: what was asked for after it comes first.
    if (!known) await new Promise((done) => setTimeout(done));
    const session = this.#session;
    return { file_digest: known ?? session.file_digest() ?? '', signature: session.signature() ?? null };
  }

  guess(column: number) {
    return this.#session.guess(column);
  }

  phoneCountries(column: number) {
    return this.#session.phone_countries(column);
  }

  errorRows(words: Words): Blob {
    const text = new Text(words);
    const csv = this.#session.error_rows((issue) => issueSentence(text, issue, this.#header));
    return new Blob([csv as Uint8Array<ArrayBuffer>], { type: 'text/csv' });
  }

  start(fileName: string, language: string): Promise<ImportView> {
    const session = this.#session;
    const opened = session.opening();
    const opening = {
      ...opened,
      file_name: fileName,
      file_size: this.#file.size,
      language,
    };
    const control = new AbortController();
    const done = upload(this.#api, session, opening, session.bytes_to_send(), control.signal, this.#report);
    this.#upload = { control, done };
    return done;
  }

  async cancel(): Promise<void> {
    this.#comparing?.abort();
    if (!this.#upload) return;
    const { control, done } = this.#upload;
    control.abort();
    const committed = await done.catch(() => null);
    if (committed) throw new ApiError({ status: 409, code: 'import_committed', detail: 'The import is being applied.' });
  }
}
