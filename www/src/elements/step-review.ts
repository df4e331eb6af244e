import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { fieldName, FULL_NAME } from '../controllers/description';
import { save } from '../controllers/sample';
import { Sieve } from '../controllers/sieve';
import type { Field, Outcome, Severity, Verdict } from '../session/types';
import { base } from '../styles/base';
import { alarmSentence, groupName, stepSentence } from '../text/sentences';
import { OUTCOMES, type GridColumn } from './cells';
import { define, WizardElement } from './element';
import * as icons from './icons';
import { reviewStyles } from './review.styles';
import './muster-grid';
import './review-repairs';

/** Kinds of errors that fit on a line or two. */
const FEW = 6;

/** Is this what you want? Five outcomes with their counts over one table of all rows. */
export class StepReview extends WizardElement {
  static override styles = [base, reviewStyles];

  @state() private filter: Outcome | undefined;
  @state() private preparing = false;
  /** Whether all kinds of errors are listed, or those with the most rows. */
  @state() private allKinds = false;
  @state() private sought: { code: string | null; column: number | null; text: string } = ALL;
  private readonly sieve = new Sieve(() => this.requestUpdate());
  private columns: GridColumn[] = [];
  private shown: Verdict | undefined;
  private typing: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(changed: PropertyValues): void {
    const { verdict, session } = this.wizard;
    if (!verdict) return;
    this.filter ??= OUTCOMES.find((outcome) => verdict.counts[outcome]) ?? 'new';
    const other = changed.has('filter') || changed.has('sought');
    if (!other && verdict === this.shown) return;
    if (other || !this.shown) this.columns = this.arrange(this.filter, verdict);
    this.shown = verdict;
    void this.sieve.show(session, { outcome: this.filter, ...this.sought }, verdict.counts[this.filter]);
  }

  override render() {
    const { text, wizard, sieve } = this;
    const { filter = 'new' } = this;
    const { verdict, facts, corrections } = wizard;
    if (!verdict || !facts) return nothing;
    const total = sieve.total ?? 0;
    const idle = verdict.counts.new + verdict.counts.updated === 0;
    return html`
      ${idle ? html`<div class="notice warning">${icons.info()}<div>${text.say('review.nothing.lead')}</div></div>` : nothing}
      ${corrections.alarms.map((alarm) => html`<div class="notice warning" role="alert">${icons.warn()}<div>${alarmSentence(text, alarm, wizard.workspace)}</div></div>`)}
      ${this.tabs(verdict, filter)}
      <section id="panel" role="tabpanel" aria-labelledby="tab-${filter}">
        <p class="explain muted">${text.say(`review.explain.${filter}`)}</p>
        <muster-review-repairs exportparts="button" .text=${text} .wizard=${wizard} .severity=${severityOf(filter)}></muster-review-repairs>
        ${this.bar(verdict, filter)}
        ${this.groups(verdict, filter)}
        ${verdict.counts[filter] && (total || !this.sifting)
          ? html`<muster-grid exportparts="grid" .text=${text} .columns=${this.columns} .header=${facts.header} .total=${total} .source=${sieve.source}
              .rows=${JSON.stringify([filter, this.sought])} label=${text.say('review.grid')}
              @edit=${({ detail }: CustomEvent<{ row: number; column: number; value: string }>) => void corrections.edit(detail.row, detail.column, detail.value)}
              @leave-out=${({ detail }: CustomEvent<{ row: number; out: boolean }>) => void corrections.leaveOut([detail.row], detail.out)}></muster-grid>`
          : html`<div class="none-at-all">${icons.outcome(filter, 24)}<p>${text.say(verdict.counts[filter] ? 'review.none_found' : `review.empty.${filter}`)}</p></div>`}
      </section>
      ${this.facts(verdict)}
      <p class="hide" role="status">${verdict.undo && verdict.undo.kind !== 'configure' ? stepSentence(text, verdict.undo, facts.header) : ''}</p>
    `;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.keys);
  }

  private get sifting(): boolean {
    return this.sought !== ALL && JSON.stringify(this.sought) !== JSON.stringify(ALL);
  }

  private tabs({ counts }: Verdict, filter: Outcome): TemplateResult {
    const { text } = this;
    return html`<div class="tabs" part="tabs" role="tablist" aria-label=${text.say('review.tabs')} @keydown=${this.keydown}>
      ${OUTCOMES.map((outcome) => html`<button class="tab ${outcome} ${counts[outcome] ? '' : 'none'}" role="tab" id="tab-${outcome}" data-outcome=${outcome}
        aria-selected=${outcome === filter} aria-controls="panel" tabindex=${outcome === filter ? 0 : -1} @click=${() => this.turn(outcome)}>
        <span class="what">${icons.outcome(outcome)}${text.say(`outcome.${outcome}`)}</span><span class="count number">${text.number(counts[outcome])}</span>
      </button>`)}
    </div>`;
  }

  /** Search and column on one side, what can be done on the other. */
  private bar(verdict: Verdict, filter: Outcome): TemplateResult {
    const { text, wizard } = this;
    const { corrections, facts } = wizard;
    const columns = [...new Set(verdict.totals.filter(({ severity }) => severity === severityOf(filter)).map(({ column }) => column))].filter((column) => column !== null);
    const back = (step: Verdict['undo']) => (step && step.kind !== 'configure' ? stepSentence(text, step, facts?.header ?? []) : undefined);
    const [undo, redo] = [back(verdict.undo), back(verdict.redo)];
    return html`<div class="bar">
      <span class="search">${icons.search()}<input type="search" aria-label=${text.say('review.search')} placeholder=${text.say('review.search')} .value=${this.sought.text} @input=${this.type} /></span>
      ${columns.length > 1
        ? html`<select aria-label=${text.say('review.column')} @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value)}>
            <option value="" ?selected=${this.sought.column === null}>${text.say('review.column.all')}</option>
            ${columns.map((column) => html`<option value=${column} ?selected=${this.sought.column === column}>${facts?.header[column] ?? ''}</option>`)}
          </select>`
        : nothing}
      ${this.sifting && this.sieve.total !== undefined ? html`<span class="muted number" role="status">${text.say('review.found', { n: this.sieve.total })}</span>` : nothing}
      <span class="gap"></span>
      ${undo || redo
        ? html`<button class="button small" part="button" ?disabled=${!undo} title=${undo ?? nothing} @click=${() => void corrections.undo()}>${icons.undo()}${text.say('action.undo')}</button>
            <button class="button small" part="button" ?disabled=${!redo} title=${redo ?? nothing} @click=${() => void corrections.redo()}>${text.say('action.redo')}</button>`
        : nothing}
      ${filter === 'error' && verdict.counts.error
        ? html`<button class="button small" part="button" ?disabled=${this.preparing} @click=${this.download}>${icons.download()}${text.say('review.download')}</button>`
        : nothing}
    </div>`;
  }

  /** What was found, kind by kind; each is a filter. */
  private groups(verdict: Verdict, filter: Outcome): TemplateResult | typeof nothing {
    const { text, sought } = this;
    const severity = severityOf(filter);
    const by = { error: verdict.errors_by_code, info: verdict.skipped_by_code, warning: verdict.warnings_by_code }[severity as 'error' | 'info' | 'warning'];
    const codes = Object.entries(by).sort((a, b) => b[1] - a[1]);
    if (!codes.length || filter === 'unchanged') return nothing;
    const label = { error: 'review.groups.errors', info: 'review.groups.skipped', warning: 'review.groups.warnings' } as const;
    return html`<ul class="groups ${severity}" aria-label=${text.say(label[severity as keyof typeof label])}>
      ${codes.slice(0, this.allKinds ? codes.length : FEW).map(([code, n]) => html`<li><button class="chip" aria-pressed=${sought.code === code}
        @click=${() => (this.sought = { ...sought, code: sought.code === code ? null : code })}><b class="number">${text.number(n)}</b> ${groupName(text, code)}</button></li>`)}
      ${codes.length > FEW && !this.allKinds
        ? html`<li class="rest"><button class="link" @click=${() => (this.allKinds = true)}>${text.say('review.groups.more', { n: codes.length - FEW })}</button></li>`
        : nothing}
    </ul>`;
  }

  private facts(verdict: Verdict): TemplateResult {
    const { text, wizard } = this;
    const { creations } = wizard.corrections;
    const made = [
      ['review.new_tags', creations?.tags ?? verdict.new_tags],
      ['review.new_fields', creations?.fields ?? []],
      ['review.new_options', creations?.options.map(([, option]) => option) ?? []],
    ] as const;
    return html`<ul class="facts number">
      ${verdict.bytes_looked_up.fingerprints ? html`<li>${icons.lock()}${text.say('review.looked_up', { n: verdict.bytes_looked_up.fingerprints })}</li>` : nothing}
      ${made.map(([key, names]) => names.length
        ? html`<li title=${text.list(names.slice(0, 100))}>${icons.plus(14)}<span class="clip">${text.say(key, { n: names.length })}: ${text.list(names.slice(0, 5))}${names.length > 5 ? '…' : ''}</span></li>`
        : nothing)}
      ${wizard.corrections.bytesToSend === undefined
        ? nothing
        : html`<li>${icons.upload(14)}${text.say('review.travel', { size: text.bytes(wizard.facts?.bytes ?? 0), send: text.bytes(wizard.corrections.bytesToSend) })}</li>`}
    </ul>`;
  }

  /** The grid's columns for an outcome: what explains it, then what is imported. */
  private arrange(filter: Outcome, verdict: Verdict): GridColumn[] {
    const { text, wizard } = this;
    const { description, facts } = wizard;
    if (!description || !facts) return [];
    const names = new Map(wizard.fields.map((field) => [field.key, field]));
    const wrong = new Set(verdict.totals.filter(({ severity }) => severity === severityOf(filter)).map(({ column }) => column));
    const weight = (index: number, field: string) =>
      (wrong.has(index) ? 4 : 0) + (description.identifiers.some((key) => key === field) ? 2 : 0) + (field === 'first_name' || field === FULL_NAME ? 1 : 0);
    const least = description.columns.map(({ index, field }) => weight(index, field)).sort((a, b) => b - a)[3] ?? 0;
    const fields: GridColumn[] = description.columns.map(({ index, field }) => ({
      kind: 'field', name: fieldName(text, wizard.fields, field), from: facts.header[index] ?? '', index, field,
      matters: weight(index, field) >= Math.max(1, least), ...measure(names.get(field), filter),
    }));
    const why: GridColumn = { kind: 'why', name: text.say('review.why'), width: 330, grows: 3, matters: true };
    const explained = filter === 'error' || filter === 'skipped';
    const warned = !explained && Object.keys(verdict.warnings_by_code).length > 0;
    const gains = (filter === 'new' || filter === 'updated') && (description.tags.length > 0 || description.columns.some(({ field }) => field === 'tags'));
    return [
      { kind: 'row', name: text.say('review.row'), width: 104, matters: true },
      ...(explained ? [why] : []),
      ...fields,
      ...(gains ? [{ kind: 'tags', name: text.say('review.tags'), width: 170, grows: 1 } as const] : []),
      ...(warned ? [{ ...why, width: 260 }] : []),
    ];
  }

  private turn(outcome: Outcome | undefined): void {
    this.filter = outcome;
    this.sought = ALL;
  }

  private choose(column: string): void {
    this.sought = { ...this.sought, column: column ? Number(column) : null };
  }

  /** Looked for when the typing pauses. */
  private readonly type = (event: Event) => {
    const text = (event.target as HTMLInputElement).value;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => (this.sought = { ...this.sought, text }), 150);
  };

  private readonly keydown = (event: KeyboardEvent) => {
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: forward, ArrowLeft: -forward };
    const at = OUTCOMES.indexOf(this.filter ?? 'new');
    const step = steps[event.key];
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? OUTCOMES.length - 1 : step ? (at + step + OUTCOMES.length) % OUTCOMES.length : -1;
    if (to < 0) return;
    event.preventDefault();
    this.turn(OUTCOMES[to]);
    this.renderRoot.querySelector<HTMLElement>(`[data-outcome='${this.filter}']`)?.focus();
  };

  /** Ctrl+Z takes corrections back, except in a field, where it is about what was typed. */
  private readonly keys = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.composedPath()[0] instanceof HTMLInputElement || (key !== 'z' && key !== 'y')) return;
    event.preventDefault();
    const { corrections, verdict } = this.wizard;
    const again = key === 'y' || event.shiftKey;
    const step = again ? verdict?.redo : verdict?.undo;
    if (step && step.kind !== 'configure') void (again ? corrections.redo() : corrections.undo());
  };

  private readonly download = async () => {
    this.preparing = true;
    const { wizard, text } = this;
    try {
      const name = wizard.file?.name.replace(/\.\w+$/, '') ?? '';
      save(await wizard.session.errorRows(text.words), text.say('review.download.name', { name }));
    } catch (error) {
      wizard.fail(error);
      wizard.changed();
    }
    this.preparing = false;
  };
}

const ALL = { code: null, column: null, text: '' };

/** What explains the rows of an outcome. */
function severityOf(filter: Outcome): Severity {
  return filter === 'error' ? 'error' : filter === 'skipped' ? 'info' : 'warning';
}

/** Old and new value side by side take more room. */
function measure(field: Field | undefined, filter: Outcome): Pick<GridColumn, 'width' | 'grows'> {
  const width = { email: 210, phone: 150, country: 96, language: 96, date: 124, contact_id: 96 }[field?.type as string] ?? 140;
  return { width: Math.round(filter === 'updated' ? width * 1.35 : width), grows: width < 140 ? 1 : 2 };
}

define('muster-step-review', StepReview);
