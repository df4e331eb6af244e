import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { column, policies, updates, type Need } from '../controllers/description';
import type { Column, ColumnFacts, Field, Format, Identifier, Import, Invalid, Policy } from '../session/types';
import { base } from '../styles/base';
import { groupName } from '../text/sentences';
import { define, WizardElement } from './element';
import * as icons from './icons';
import { mapStyles } from './map.styles';

const FORMATS: Partial<Record<Field['type'], Format[]>> = { date: ['auto', 'dmy', 'mdy'], number: ['auto', 'point', 'comma'], phone: ['auto', 'international', 'national'] };
const INVALID: Invalid[] = ['reject_row', 'leave_out'];

/** Where does each column go? A row per column, with what its cells are worth. */
export class StepMap extends WizardElement {
  static override styles = [base, mapStyles];
  /** The order of the rows: fixed once problems are known, so that nothing moves under the hand. */
  private order: number[] | undefined;
  private touched = false;

  override render() {
    const { text, wizard } = this;
    const { facts, description } = wizard;
    if (!facts || !description) return nothing;
    return html`
      ${this.needs(wizard.needs)}
      <p class="count muted number" role="status">
        ${text.say('map.count', { mapped: description.columns.length, n: facts.header.length })}
        ${wizard.validating ? html`<span class="later checking"><span class="spinner"></span>${text.say('map.checking')}</span>` : nothing}
      </p>
      <div class="table">
        <div class="head" aria-hidden="true">
          <span>${text.say('map.column')}</span><span></span><span>${text.say('map.field')}</span><span>${text.say('map.settings')}</span><span>${text.say('map.checked')}</span>
        </div>
        <ul>${repeat(this.ordered(facts.header.length), (index) => index, (index) => this.row(index, description))}</ul>
      </div>
    `;
  }

  private needs(needs: Need[]): TemplateResult | typeof nothing {
    const { text } = this;
    if (!needs.length) return nothing;
    return html`<div class="notice warning" role="alert">${icons.warn()}<div>
      <h3>${text.say('map.needs', { n: needs.length })}</h3>
      <ul class="needs">${needs.map(({ key, field }) => html`<li>${text.say(key, { field: field ? this.fieldName(field) : '' })}</li>`)}</ul>
    </div></div>`;
  }

  private row(index: number, description: Import): TemplateResult {
    const { text, wizard } = this;
    const facts = wizard.facts;
    const name = facts?.header[index] ?? '';
    const mapped = description.columns.find((other) => other.index === index);
    const found = mapped && wizard.columns?.find((other) => other.index === index && other.field === mapped.field);
    const samples = facts?.samples[index] ?? [];
    return html`<li class="row ${mapped ? 'mapped' : ''} ${found?.errors ? 'problem' : ''}">
      <div class="source">
        <strong class="clip" title=${name}>${name}</strong>
        <span class="samples clip muted" title=${samples.join('\n')}>${samples.length
          ? samples.map((sample, at) => html`${at ? html`<i aria-hidden="true"> · </i>` : nothing}<bdi>${sample}</bdi>`)
          : html`<em>${text.say('map.empty')}</em>`}</span>
      </div>
      <span class="arrow">${icons.arrowEnd()}</span>
      <div class="target">${this.field(index, name, description, mapped)}<small class="muted">${this.reason(index, mapped)}</small></div>
      <div class="rules">${mapped ? this.rules(mapped, name, description, found) : nothing}</div>
      <div class="checked">${mapped ? this.checked(found) : nothing}</div>
    </li>`;
  }

  private field(index: number, name: string, description: Import, mapped: Column | undefined): TemplateResult {
    const { text, wizard } = this;
    return html`<select aria-label=${text.say('map.select', { column: name })} class=${mapped ? '' : 'unmapped'}
      @change=${(event: Event) => this.assign(index, (event.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${!mapped}>${text.say('map.skip')}</option>
      <hr />
      ${wizard.workspace.fields.map((field) => {
        const taken = description.columns.find((other) => other.field === field.key && other.index !== index);
        const possible = field.rule !== 'closed' && (field.key !== 'contact_id' || description.identifiers.includes('contact_id'));
        const label = taken ? text.say('map.taken', { name: field.name, column: wizard.facts?.header[taken.index] ?? '' })
          : possible ? field.name : text.say('map.unsupported', { name: field.name });
        return html`<option value=${field.key} ?selected=${mapped?.field === field.key} ?disabled=${Boolean(taken) || !possible}>${label}</option>`;
      })}
    </select>`;
  }

  private reason(index: number, mapped: Column | undefined): string {
    const { text, wizard } = this;
    if (!mapped) return text.say('map.reason.unmapped');
    const suggestion = wizard.facts?.suggestions[index];
    return text.say(!wizard.chosen.has(index) && suggestion?.field === mapped.field ? `map.reason.${suggestion.reason}` : 'map.reason.chosen');
  }

  private rules(mapped: Column, name: string, description: Import, found: ColumnFacts | undefined): TemplateResult {
    const { text, wizard } = this;
    const field = wizard.workspace.fields.find(({ key }) => key === mapped.field);
    const possible = updates(description) ? policies(mapped.field, description.identifiers) : [];
    const formats = (field && FORMATS[field.type]) ?? [];
    const identifies = description.identifiers.includes(mapped.field as Identifier);
    return html`
      ${possible.length
        ? field?.rule === 'only_where_empty'
          ? html`<small class="muted">${text.say('map.policy.only_where_empty')}</small>`
          : this.select(text.say('map.policy', { column: name }), possible, mapped.policy, (policy) => text.say(`map.policy.${policy}`), (policy: Policy) => this.change({ ...mapped, policy }))
        : nothing}
      ${identifies
        ? nothing
        : this.select(text.say('map.invalid', { column: name }), INVALID, mapped.invalid, (invalid) => text.say(`map.invalid.${invalid}`), (invalid: Invalid) => this.change({ ...mapped, invalid }))}
      ${formats.length
        ? this.select(text.say('map.format', { column: name }), formats, mapped.format, (format) => this.formatName(format, found), (format: Format) => this.change({ ...mapped, format }))
        : nothing}
    `;
  }

  private formatName(format: Format, found: ColumnFacts | undefined): string {
    const { text } = this;
    if (format === 'auto' && found && found.format !== 'auto') return text.say('map.format.auto.found', { format: text.say(`map.format.${found.format}`) });
    return text.say(`map.format.${format}`);
  }

  private select<T extends string>(label: string, values: T[], chosen: T, say: (value: T) => string, choose: (value: T) => void): TemplateResult {
    return html`<select class="rule" aria-label=${label} title=${label} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
      ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${say(value)}</option>`)}
    </select>`;
  }

  private checked(found: ColumnFacts | undefined): TemplateResult | typeof nothing {
    const { text } = this;
    if (!found) return nothing;
    const { filled, errors } = found;
    const valid = filled - errors;
    const say = filled === 0 ? text.say('map.valid.none') : errors === 0 ? text.say('map.valid.all') : text.say('map.valid', { percent: text.share(valid, filled) });
    const codes = Object.entries(found.by_code).sort((a, b) => b[1] - a[1]).slice(0, 2);
    return html`
      <span class="share number"><b class=${errors ? 'some' : filled ? 'all' : 'muted'}>${say}</b><span class="muted">${text.say('map.filled', { n: filled })}</span></span>
      <progress aria-hidden="true" class=${errors ? 'some' : ''} max=${filled || 1} value=${valid}></progress>
      ${codes.map(([code, n]) => html`<small class="clip number" title=${groupName(text, code)}>${text.number(n)} · ${groupName(text, code)}</small>`)}
    `;
  }

  private ordered(width: number): number[] {
    const all = Array.from({ length: width }, (_, index) => index);
    if (!this.order && this.wizard.columns && !this.wizard.validating && !this.touched) {
      const errors = new Map(this.wizard.columns.map(({ index, errors, filled }) => [index, filled ? errors / filled : 0]));
      this.order = all.sort((a, b) => (errors.get(b) ?? 0) - (errors.get(a) ?? 0) || a - b);
    }
    return this.order ?? all;
  }

  private assign(index: number, field: string): void {
    const { wizard } = this;
    this.touched = true;
    wizard.chosen.add(index);
    const others = (wizard.description?.columns ?? []).filter((other) => other.index !== index);
    wizard.describe({ columns: field ? [...others, column(index, field)] : others });
  }

  private change(changed: Column): void {
    this.touched = true;
    this.wizard.describe({ columns: (this.wizard.description?.columns ?? []).map((other) => (other.index === changed.index ? changed : other)) });
  }

  private fieldName(key: string): string {
    return this.wizard.workspace.fields.find((field) => field.key === key)?.name ?? this.text.find(`field.${key}`) ?? key;
  }
}

define('muster-step-map', StepMap);
