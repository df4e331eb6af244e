import { Api } from '../api/client';
import type { Step } from '../events';
import { changedFields, codeOf, isAbort } from '../session/errors';
import { ImportSession, RefusedError, TrapError } from '../session/session';
import type { ColumnFacts, Effects, Field, FileChoice, FileFacts, Import, Progress, Refusal, Verdict, Workspace } from '../session/types';
import { Corrections } from './corrections';
import { adapt, allFields, byCoverage, followIdentifiers, needs, propose, withFields } from './description';
import { AUTO, holds, lookAgain, lookFirst, warmUp, type First } from './first';
import { Keeper, type Recipe } from './keeper';
import { NewFields } from './new-fields';
import type { WizardOptions } from './options';
import { Run } from './run';
import { ownerOf, type Work } from './shelf';
import { Store } from './store';

/** One import from the drop to the summary: what is chosen, what is known, what is under way. It decides nothing about rows. */
export class Wizard extends Store {
  step: Step = 'upload';
  file: File | undefined;
  /** How the file is to be read. */
  choice: FileChoice = AUTO;
  facts: FileFacts | undefined;
  /** The first rows of the file and what is wrong with them, as long as nothing else is chosen. */
  first: First | undefined;
  refusal: Refusal | undefined;
  description: Import | undefined;
  /** Columns whose field the person chose. */
  readonly chosen = new Set<number>();
  columns: ColumnFacts[] | undefined;
  /** What each policy would do, once the contacts were looked up with this mapping. */
  effects: Effects[] | undefined;
  /** The countries of the phone numbers, the most frequent first. */
  countries: [country: string, numbers: number][] = [];
  verdict: Verdict | undefined;
  /** The last progress of what is under way. */
  progress: Progress | undefined;
  /** What keeps the primary button busy. */
  busy: 'read' | 'check' | undefined;
  /** Whether the mapped cells are being validated in the background. */
  validating = false;
  /** The last thing that failed. */
  error: unknown;
  trapped = false;
  /** Work that was kept before this page was opened. */
  left: Work | undefined;
  /** Where the choices came from that were not made just now. */
  restored: Work | Recipe | undefined;

  session: ImportSession;
  workspace: Workspace;
  readonly language: string;
  readonly corrections = new Corrections(this);
  readonly newFields = new NewFields(this);
  readonly run: Run;
  private readonly api: Api;
  private readonly keeper: Keeper;
  private fresh = true;
  private validated: Import | undefined;
  /** The verdict that is being found out while columns are chosen. */
  private ahead: Promise<Verdict> | undefined;

  constructor(private readonly options: WizardOptions) {
    super();
    this.workspace = options.workspace;
    this.language = options.language;
    this.api = new Api(options.endpoint, options.tokens.part());
    this.run = new Run(this.api, { emit: (...event) => options.emit(...event), changed: () => this.changed() });
    this.keeper = new Keeper(this.api, ownerOf(options.endpoint, options.workspace));
    this.session = this.open();
    void warmUp(this.session, this.workspace, () => this.fresh);
    void this.keeper.latest().then((work) => {
      this.left = work;
      this.changed();
    });
  }

  /** Whether leaving would throw work away. */
  get hasWork(): boolean {
    return this.step === 'import' ? this.run.phase === 'uploading' : this.facts !== undefined || this.busy === 'read';
  }

  /** The workspace's fields, and those that this import creates. */
  get fields(): Field[] {
    return allFields(this.workspace, this.description);
  }

  get needs() {
    return this.description ? needs(this.description, this.workspace) : [];
  }

  go(step: Step): void {
    this.step = step;
    this.error = undefined;
    this.options.emit('muster-step', { step });
    this.changed();
    void this.keep();
    if (step === 'purpose' || step === 'map') void this.validate();
  }

  /** Reads a file, or the same one in another way: then what is known of it stays until more is known. */
  async read(file: File, choice: FileChoice = AUTO): Promise<void> {
    this.reopen();
    const session = this.session;
    const facts = file === this.file ? this.facts : undefined;
    this.corrections.bytesToSend = undefined;
    Object.assign(this, { file, choice, facts, first: undefined, refusal: undefined, description: undefined, columns: undefined, verdict: undefined, effects: undefined });
    Object.assign(this, { error: undefined, trapped: false, progress: undefined, busy: 'read', validated: undefined, restored: undefined });
    this.keeper.reset();
    this.chosen.clear();
    this.fresh = false;
    this.changed();
    void lookFirst(session, file, choice, this.workspace).then((first) => {
      if (session === this.session && this.busy === 'read') this.first = first;
      this.changed();
    });
    try {
      const facts = await session.read(file, choice);
      if (session !== this.session) return;
      this.facts = facts;
      if (this.first && !holds(this.first, facts)) this.first = undefined;
      this.description = { ...propose(facts, this.workspace), file: choice };
      // The cells are validated as proposed until it is known whether there is something better.
      const marks = session.marks();
      void this.validate();
      const found = await this.keeper.recognise(await marks);
      if (session !== this.session) return;
      if (found) await this.restore(file, choice, found);
    } catch (error) {
      if (session !== this.session) return;
      this.facts = this.first = undefined;
      if (error instanceof RefusedError) this.refusal = error.refusal;
      else this.fail(error);
    }
    if (session !== this.session) return;
    this.busy = undefined;
    this.changed();
    void this.validate();
  }

  /** Reads the file as a person chose. Where nothing comes of it, it is said, and the file stays as it was read. */
  async reread(change: Partial<FileChoice>): Promise<void> {
    const { file, choice } = this;
    if (!file) return;
    // What was kept was chosen for the file as it was read then.
    await this.keeper.forget();
    await this.read(file, { ...choice, ...change });
    const refusal = this.refusal;
    if (!refusal) return;
    await this.read(file, choice);
    this.refusal = refusal;
    this.changed();
  }

  /** Goes by what the file itself suggests, and forgets what was kept of it. */
  async startOver(): Promise<void> {
    await this.keeper.forget(this.facts ? undefined : this.left?.digest);
    this.left = undefined;
    if (!this.facts) return this.changed();
    this.restored = undefined;
    this.chosen.clear();
    this.describe(propose(this.facts, this.workspace));
  }

  /** Changes the description; what was known of the rows no longer holds. */
  describe(change: Partial<Import>): void {
    if (!this.description) return;
    const changed = { ...this.description, ...change };
    if (change.identifiers && this.facts) changed.columns = followIdentifiers(changed, this.facts);
    this.description = withFields(changed, this.workspace);
    this.verdict = this.ahead = undefined;
    this.error = undefined;
    this.changed();
    void this.lookAgain();
    if (this.step === 'purpose' || this.step === 'map') void this.validate();
  }

  /** Validates the mapped cells, again when the description changed meanwhile. */
  async validate(): Promise<void> {
    if (this.validating || this.busy === 'check') return;
    this.validating = true;
    const session = this.session;
    try {
      while (this.description && this.validated !== this.description && this.needs.length === 0 && session === this.session) {
        const description: Import = this.description;
        this.changed();
        const columns = await session.configure(description);
        if (session !== this.session) return;
        this.configured(description, columns);
        this.order();
        await this.newFields.look(columns);
      }
      if (this.step === 'map') void this.foresee();
      await this.keep();
    } catch (error) {
      if (session !== this.session) return;
      this.validated = this.description;
      this.fail(error);
    }
    this.validating = false;
    this.changed();
  }

  /** Gives every row its outcome and shows them. */
  async check(): Promise<void> {
    if (!this.description || this.needs.length) return;
    const session = this.session;
    Object.assign(this, { busy: 'check', error: undefined, progress: this.ahead ? this.progress : undefined });
    this.changed();
    try {
      if (this.validated !== this.description) {
        this.configured(this.description, await session.configure(this.description));
      }
      this.verdict ??= await (this.ahead ?? session.compare());
      await this.corrections.look(); // what stands above the rows is there with them, lest it moves them
      this.busy = undefined;
      this.go('review');
      this.judged(this.verdict);
    } catch (error) {
      this.busy = undefined;
      if (changedFields(error)) await this.renew(error);
      else this.fail(error);
    }
    this.changed();
  }

  judged(verdict: Verdict): void {
    this.verdict = verdict;
    this.error = undefined;
    this.changed();
    void this.keep();
    void this.corrections.weigh(verdict);
  }

  async import(): Promise<void> {
    const { file, session, description } = this;
    if (!file || !this.verdict) return;
    this.progress = undefined;
    this.run.reset();
    this.go('import');
    this.options.emit('muster-import-start', { file_name: file.name, rows: this.facts?.rows ?? 0 });
    await this.run.start(session, file.name, this.language);
    if (this.run.error) {
      if (changedFields(this.run.error)) await this.renew(this.run.error);
      else this.fail(this.run.error);
    }
    if (this.run.view && description) await this.keeper.done(description, await session.description().catch(() => null));
  }

  cancel(): Promise<void> {
    return this.run.cancel(this.session);
  }

  /** After a trap: the same file in a new worker. The choices were made by the person and stay. */
  async again(): Promise<void> {
    const { file, choice, description, chosen } = this;
    if (!file) {
      this.reopen();
      this.trapped = false;
      return this.changed();
    }
    const kept = new Set(chosen);
    await this.read(file, choice);
    if (this.facts && description) {
      this.description = description;
      kept.forEach((index) => this.chosen.add(index));
    }
    this.run.reset();
    this.go('upload');
  }

  /** The person gives the import up: nothing is kept of it. */
  async forget(): Promise<void> {
    await this.keeper.forget();
    this.keeper.reset();
  }

  close(): void {
    this.run.close();
    this.keeper.close();
    this.session.close();
  }

  fail(error: unknown): void {
    if (isAbort(error)) return;
    if (error instanceof TrapError) this.trapped = true;
    else this.error = error;
    this.options.emit('muster-error', { code: codeOf(error), message: error instanceof Error ? error.message : '' });
  }

  /** The workspace is another one by now: its fields are asked for again, the file is read for them, and the choices stay. */
  private async renew(error: unknown): Promise<void> {
    const { file, choice, chosen } = this;
    const description = (await this.session.description().catch(() => null)) ?? this.description;
    if (!file || !description) return this.fail(error);
    const kept = new Set(chosen);
    try {
      const workspace = await this.api.workspace();
      if (!('fields' in workspace)) return this.fail(error);
      this.workspace = workspace;
      await this.read(file, choice);
      this.description = adapt(description, workspace);
      kept.forEach((index) => this.chosen.add(index));
      this.run.reset();
      this.go('map');
      this.fail(error);
    } catch (again) {
      this.fail(again);
    }
  }

  /** What was kept of this very file, else of files with this header. */
  private async restore(file: File, choice: FileChoice, found: Work | Recipe): Promise<void> {
    const kept = 'step' in found ? (found.description.file ?? AUTO) : AUTO;
    if (choice === AUTO && JSON.stringify(kept) !== JSON.stringify(AUTO)) return this.read(file, kept);
    this.description = adapt({ ...found.description, file: choice }, this.workspace);
    if ('step' in found) found.chosen.forEach((index) => this.chosen.add(index));
    this.restored = found;
    void this.lookAgain();
  }

  /** What is wrong with the first rows, now that the columns are described otherwise. */
  private async lookAgain(): Promise<void> {
    const { session, first, description } = this;
    if (!first || !description) return;
    const again = await lookAgain(session, first, description);
    // Answers come in the order of the questions.
    if (session !== this.session || !this.first) return;
    this.first = again;
    this.changed();
  }

  private async keep(): Promise<void> {
    const { file, session, step, description } = this;
    if (!file || !this.facts || step === 'import' || this.busy === 'read') return;
    const known = await session.description().catch(() => null);
    if (description && session === this.session) await this.keeper.keep(file.name, description, known, this.chosen, step);
  }

  /** Looks contacts up while columns are chosen: then policies show what they would do, and the check is done already. */
  private async foresee(): Promise<void> {
    const { session, validated } = this;
    if (this.verdict || !validated || this.needs.length) return;
    const ahead = (this.ahead = session.compare());
    try {
      const verdict = await ahead;
      const phone = this.description?.columns.find(({ field }) => field === 'phone');
      const [effects, countries] = await Promise.all([session.effects(), phone ? session.phoneCountries(phone.index) : []]);
      if (session !== this.session || validated !== this.validated || this.description !== validated) return;
      Object.assign(this, { verdict, effects, countries });
    } catch (error) {
      // The check says it, if it is still so.
      if (error instanceof TrapError) this.fail(error);
    }
    if (this.ahead === ahead) this.ahead = undefined;
    this.changed();
  }

  /** The session knows the corrections from now on: sent once more, they would go before later ones. */
  private configured(description: Import, columns: ColumnFacts[]): void {
    this.columns = columns;
    const { edits: _edits, left_out: _out, repairs: _repairs, ...bare } = description;
    if (this.description === description) this.description = bare;
    this.validated = this.description === bare ? bare : description;
  }

  /** The identifier that most rows have comes first, as long as nobody has chosen. */
  private order(): void {
    const { description } = this;
    if (this.restored || this.chosen.size || this.step !== 'upload' || !this.columns || !description) return;
    this.description = byCoverage(description, this.columns);
  }

  private open(): ImportSession {
    const { endpoint, tokens } = this.options;
    const session = new ImportSession({ endpoint, token: tokens.part(), workspace: this.workspace });
    session.addEventListener('progress', (event) => {
      if (session !== this.session) return;
      this.progress = (event as CustomEvent<Progress>).detail;
      if (this.progress.step === 'upload') {
        this.options.emit('muster-import-progress', { phase: 'uploading', done: this.progress.bytes, of: this.progress.of });
      }
      this.changed();
    });
    session.addEventListener('trap', () => {
      if (session !== this.session) return;
      this.trapped = true;
      this.changed();
    });
    return session;
  }

  /** A session reads one file. */
  private reopen(): void {
    if (this.fresh && !this.trapped) return;
    this.session.close();
    this.session = this.open();
    this.validating = false;
    this.ahead = undefined;
  }
}
