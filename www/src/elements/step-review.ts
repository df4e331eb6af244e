import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { save } from '../controllers/sample';
import type { Field, Outcome, RowView, Verdict } from '../session/types';
import { base } from '../styles/base';
import { groupName } from '../text/sentences';
import { OUTCOMES, type GridColumn } from './cells';
import { define, WizardElement } from './element';
import * as icons from './icons';
import './muster-grid';

/** Kinds of errors that fit on a line or two. */
const FEW = 6;

/** Is this what you want? Five outcomes with their counts over one table of all rows. */
export class StepReview extends WizardElement {
  static override styles = [
    base,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
      section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 10px; }
      .tabs { display: flex; gap: 8px; overflow-x: auto; padding: 2px; margin: -2px; }
      .tab { flex: 1 0 128px; display: grid; gap: 2px; padding: 10px 14px; border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); text-align: start; }
      .tab:hover { background: var(--hover); }
      .tab:focus-visible { border-radius: var(--radius); }
      .tab[aria-selected='true'] { border-color: var(--tone); box-shadow: inset 0 0 0 1px var(--tone); background: color-mix(in srgb, var(--tone) 6%, var(--surface)); }
      .tab[aria-selected='true']:focus-visible { box-shadow: var(--ring); }
      .tab .what { display: flex; align-items: center; gap: 6px; color: var(--tone); font-size: 13px; font-weight: 500; }
      .tab .count { font-size: 20px; line-height: 26px; font-weight: 600; letter-spacing: -0.01em; }
      .tab.none .count { color: var(--muted); font-weight: 400; }
      .new { --tone: var(--new); } .updated { --tone: var(--updated); } .unchanged { --tone: var(--unchanged); } .skipped { --tone: var(--skipped); } .error { --tone: var(--error); }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; min-block-size: 28px; font-size: 13px; }
      .bar .explain { flex: 1 1 280px; }
      .groups { display: flex; flex-wrap: wrap; gap: 6px; }
      .groups li { display: flex; gap: 6px; padding: 2px 10px; border: 1px solid var(--border); border-radius: 12px; font-size: 12px; }
      .groups .rest { border-color: transparent; }
      .groups b { font-weight: 600; }
      .groups.errors b { color: var(--error); } .groups.warnings b { color: var(--warning); }
      muster-grid { block-size: clamp(320px, 100dvh - 460px, 800px); }
      .none-at-all { display: grid; place-items: center; gap: 8px; min-block-size: 240px; padding: 24px; border: 1px dashed var(--border); border-radius: var(--radius); color: var(--muted); text-align: center; }
      .facts { display: flex; flex-wrap: wrap; gap: 4px 20px; color: var(--muted); font-size: 13px; }
      .facts li { display: flex; align-items: center; gap: 6px; }
    `,
  ];

  @state() private filter: Outcome | undefined;
  @state() private preparing = false;
  /** Whether all kinds of errors are listed, or those with the most rows. */
  @state() private allKinds = false;
  private source!: (offset: number, count: number) => Promise<RowView[]>;
  private columns: GridColumn[] = [];

  override willUpdate(changed: PropertyValues): void {
    const counts = this.wizard.verdict?.counts;
    this.filter ??= OUTCOMES.find((outcome) => counts?.[outcome]) ?? 'new';
    if (changed.has('filter')) {
      const { filter } = this;
      const { session } = this.wizard;
      this.source = async (offset, count) => (await session.rows(filter, offset, count)).rows;
      this.columns = this.arrange(filter);
    }
  }

  override render() {
    const { text, wizard } = this;
    const { filter = 'new' } = this;
    const { verdict, facts } = wizard;
    if (!verdict || !facts) return nothing;
    const total = verdict.counts[filter];
    const idle = verdict.counts.new + verdict.counts.updated === 0;
    return html`
      ${idle ? html`<div class="notice warning">${icons.info()}<div>${text.say('review.nothing.lead')}</div></div>` : nothing}
      ${this.tabs(verdict, filter)}
      <section id="panel" role="tabpanel" aria-labelledby="tab-${filter}">
        <div class="bar">
          <span class="explain muted">${text.say(`review.explain.${filter}`)}</span>
          ${filter === 'error' && total
            ? html`<button class="button small" part="button" ?disabled=${this.preparing} @click=${this.download}>${icons.download()}${text.say('review.download')}</button>`
            : nothing}
        </div>
        ${this.groups(verdict, filter)}
        ${total
          ? html`<muster-grid exportparts="grid" .text=${text} .columns=${this.columns} .header=${facts.header} .total=${total} .source=${this.source}
              label=${text.say('review.grid')}></muster-grid>`
          : html`<div class="none-at-all">${icons.outcome(filter, 24)}<p>${text.say(`review.empty.${filter}`)}</p></div>`}
      </section>
      <ul class="facts number">
        <li>${icons.upload(14)}${text.say('review.travel', { size: text.bytes(facts.bytes), send: text.bytes(verdict.bytes_to_send) })}</li>
        ${verdict.bytes_looked_up.fingerprints ? html`<li>${icons.lock()}${text.say('review.looked_up', { n: verdict.bytes_looked_up.fingerprints })}</li>` : nothing}
        ${verdict.new_tags.length
          ? html`<li title=${text.list(verdict.new_tags.slice(0, 100))}>${icons.plus(14)}${text.say('review.new_tags', { n: verdict.new_tags.length })}: ${text.list(verdict.new_tags.slice(0, 5))}${verdict.new_tags.length > 5 ? '…' : ''}</li>`
          : nothing}
      </ul>
    `;
  }

  private tabs({ counts }: Verdict, filter: Outcome): TemplateResult {
    const { text } = this;
    return html`<div class="tabs" part="tabs" role="tablist" aria-label=${text.say('review.tabs')} @keydown=${this.keydown}>
      ${OUTCOMES.map((outcome) => html`<button class="tab ${outcome} ${counts[outcome] ? '' : 'none'}" role="tab" id="tab-${outcome}" data-outcome=${outcome}
        aria-selected=${outcome === filter} aria-controls="panel" tabindex=${outcome === filter ? 0 : -1} @click=${() => (this.filter = outcome)}>
        <span class="what">${icons.outcome(outcome)}${text.say(`outcome.${outcome}`)}</span><span class="count number">${text.number(counts[outcome])}</span>
      </button>`)}
    </div>`;
  }

  private groups(verdict: Verdict, filter: Outcome): TemplateResult | typeof nothing {
    const { text } = this;
    const errors = filter === 'error';
    if (filter === 'unchanged' || filter === 'skipped') return nothing;
    const codes = Object.entries(errors ? verdict.errors_by_code : verdict.warnings_by_code).sort((a, b) => b[1] - a[1]);
    if (!codes.length) return nothing;
    return html`<ul class="groups ${errors ? 'errors' : 'warnings'}" aria-label=${text.say(errors ? 'review.groups.errors' : 'review.groups.warnings')}>
      ${codes.slice(0, this.allKinds ? codes.length : FEW).map(([code, n]) => html`<li><b class="number">${text.number(n)}</b> ${groupName(text, code)}</li>`)}
      ${codes.length > FEW && !this.allKinds
        ? html`<li class="rest"><button class="link" @click=${() => (this.allKinds = true)}>${text.say('review.groups.more', { n: codes.length - FEW })}</button></li>`
        : nothing}
    </ul>`;
  }

  /** The grid's columns for an outcome: what explains it, then what is imported. */
  private arrange(filter: Outcome): GridColumn[] {
    const { text, wizard } = this;
    const { description, facts, verdict } = wizard;
    if (!description || !facts || !verdict) return [];
    const names = new Map(wizard.workspace.fields.map((field) => [field.key, field]));
    const fields: GridColumn[] = description.columns.map(({ index, field }) => ({
      kind: 'field', name: names.get(field)?.name ?? field, from: facts.header[index] ?? '', index, field, ...this.measure(names.get(field), filter),
    }));
    const why: GridColumn = { kind: 'why', name: text.say('review.why'), width: 330, grows: 3 };
    const explained = filter === 'error' || filter === 'skipped';
    const warned = !explained && Object.keys(verdict.warnings_by_code).length > 0;
    const gains = (filter === 'new' || filter === 'updated') && (description.tags.length > 0 || description.columns.some(({ field }) => field === 'tags'));
    return [
      { kind: 'row', name: text.say('review.row'), width: 92 },
      ...(explained ? [why] : []),
      ...fields,
      ...(gains ? [{ kind: 'tags', name: text.say('review.tags'), width: 170, grows: 1 } as const] : []),
      ...(warned ? [{ ...why, width: 260 }] : []),
    ];
  }

  /** Old and new value side by side take more room. */
  private measure(field: Field | undefined, filter: Outcome): Pick<GridColumn, 'width' | 'grows'> {
    const width = { email: 210, phone: 150, country: 96, language: 96, date: 124, contact_id: 96 }[field?.type as string] ?? 140;
    return { width: Math.round(filter === 'updated' ? width * 1.35 : width), grows: width < 140 ? 1 : 2 };
  }

  private readonly keydown = (event: KeyboardEvent) => {
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: forward, ArrowLeft: -forward };
    const at = OUTCOMES.indexOf(this.filter ?? 'new');
    const step = steps[event.key];
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? OUTCOMES.length - 1 : step ? (at + step + OUTCOMES.length) % OUTCOMES.length : -1;
    if (to < 0) return;
    event.preventDefault();
    this.filter = OUTCOMES[to];
    this.renderRoot.querySelector<HTMLElement>(`[data-outcome='${this.filter}']`)?.focus();
  };

  private readonly download = async () => {
    this.preparing = true;
    const { wizard, text } = this;
    try {
      const name = wizard.file?.name.replace(/\.\w+$/, '') ?? '';
      save(await wizard.session.errorRows(), text.say('review.download.name', { name }));
    } catch (error) {
      wizard.error = error;
      wizard.changed();
    }
    this.preparing = false;
  };
}

define('muster-step-review', StepReview);
