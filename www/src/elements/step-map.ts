import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { column, fieldName, FULL_NAME, OWN_TYPES, policies, rivals, targets, updates, type Need } from '../controllers/description';
import type { Column, ColumnFacts, Field, FieldType, Format, Identifier, Import, Invalid, Policy } from '../session/types';
import { base } from '../styles/base';
import { groupName } from '../text/sentences';
import type { TextKey } from '../text/text';
import { define, WizardElement } from './element';
import type { FieldOption } from './field-picker';
import './field-picker';
import * as icons from './icons';
import { mapStyles } from './map.styles';

const FORMATS: Partial<Record<Field['type'], Format[]>> = { date: ['auto', 'dmy', 'mdy'], number: ['auto', 'point', 'comma'], phone: ['auto', 'international', 'national'] };
const NAME_FORMATS: Format[] = ['first_space', 'last_space'];
/** In the picker: a field that doesn't exist yet. */
const CREATE = '+';
const INVALID: Invalid[] = ['reject_row', 'leave_out'];

/** Where does each column go? A row per column, with what its cells are worth. */
export class StepMap extends WizardElement {
  static override styles = [base, mapStyles];
  /** The order of the rows: fixed once problems are known, so that nothing moves under the hand. */
  private order: number[] | undefined;
  private touched = false;
  /** Options of new fields, for those that are a list again. */
  private readonly lists = new Map<string, string[]>();

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
    const options = targets(wizard.fields, text.say('field.full_name')).map(({ key, name, rule }): FieldOption => {
      const taken = description.columns.find((other) => rivals(key).includes(other.field) && other.index !== index);
      const barred = taken ? text.say('map.taken', { column: wizard.facts?.header[taken.index] ?? '' })
        : rule === 'closed' ? text.say('map.unsupported')
        : key === 'contact_id' && !description.identifiers.includes('contact_id') ? text.say('map.unsupported.contact_id') : undefined;
      return { key, name, barred };
    });
    const created = description.fields.find(({ key, create }) => create && key === mapped?.field);
    if (!created) options.push({ key: CREATE, name: text.say('map.create', { name }) });
    return html`<muster-field-picker .text=${text} .options=${options} .chosen=${mapped?.field ?? ''} label=${text.say('map.select', { column: name })}
        @choose=${({ detail }: CustomEvent<string>) => this.assign(index, detail)}></muster-field-picker>
      ${created ? this.created(created, description) : nothing}`;
  }

  /** Name and type of a field that the import creates. */
  private created(field: Import['fields'][number], description: Import): TemplateResult {
    const { text, wizard } = this;
    const put = (change: Partial<Import['fields'][number]>) =>
      wizard.describe({ fields: description.fields.map((other) => (other.key === field.key ? { ...other, ...change } : other)) });
    const name = (event: Event) => {
      const input = event.target as HTMLInputElement;
      if (input.value.trim()) put({ name: input.value.trim() });
      else input.value = field.name;
    };
    // A list has the options that were found; nobody can name them here.
    if (field.options.length) this.lists.set(field.key, field.options);
    const options = this.lists.get(field.key) ?? [];
    const types = OWN_TYPES.filter((type) => type !== 'list' || options.length);
    const turn = (event: Event) => {
      const type = (event.target as HTMLSelectElement).value as FieldType;
      put({ type, options: type === 'list' ? options : [] });
    };
    return html`<div class="new-field">
      <input type="text" maxlength="255" aria-label=${text.say('map.new.name')} .value=${field.name} @change=${name} />
      <select class="rule" aria-label=${text.say('map.new.type', { name: field.name })} @change=${turn}>
        ${types.map((type) => html`<option value=${type} ?selected=${type === field.type}>${text.say(`type.${type}` as TextKey)}</option>`)}
      </select>
      ${field.type === 'list' ? html`<small class="muted">${text.list(field.options.slice(0, 4))}${field.options.length > 4 ? '…' : ''}</small>` : nothing}
    </div>`;
  }

  private reason(index: number, mapped: Column | undefined): string {
    const { text, wizard } = this;
    if (!mapped) return text.say('map.reason.unmapped');
    if (wizard.description?.fields.some(({ key, create }) => create && key === mapped.field)) return text.say('map.reason.created');
    const suggestion = wizard.facts?.suggestions[index];
    return text.say(!wizard.chosen.has(index) && suggestion?.field === mapped.field ? `map.reason.${suggestion.reason}` : 'map.reason.chosen');
  }

  private rules(mapped: Column, name: string, description: Import, found: ColumnFacts | undefined): TemplateResult {
    const { text, wizard } = this;
    const field = wizard.fields.find(({ key }) => key === mapped.field);
    const possible = updates(description) ? policies(mapped.field, description.identifiers) : [];
    const formats = mapped.field === FULL_NAME ? NAME_FORMATS : ((field && FORMATS[field.type]) ?? []);
    const identifies = description.identifiers.includes(mapped.field as Identifier);
    return html`
      ${possible.length
        ? field?.rule === 'only_where_empty'
          ? html`<small class="muted">${text.say('map.policy.only_where_empty')}</small>`
          : this.select(text.say('map.policy', { column: name }), possible, mapped.policy, (policy) => text.say(`map.policy.${policy}`), (policy: Policy) => this.change({ ...mapped, policy }), this.effect(mapped))
        : nothing}
      ${identifies
        ? nothing
        : this.select(text.say('map.invalid', { column: name }), INVALID, mapped.invalid, (invalid) => text.say(`map.invalid.${invalid}`), (invalid: Invalid) => this.change({ ...mapped, invalid }))}
      ${formats.length
        ? this.select(text.say('map.format', { column: name }), formats, mapped.field === FULL_NAME && mapped.format === 'auto' ? 'first_space' : mapped.format, (format) => this.formatName(format, found), (format: Format) => this.change({ ...mapped, format }), mapped.field === 'phone' ? this.countries() : '')
        : nothing}
    `;
  }

  /** What the policy would do to what is stored, once it is known. */
  private effect({ index, policy }: Column): string {
    const { text, wizard } = this;
    const found = wizard.effects?.find((other) => other.index === index)?.policies.find((other) => other.policy === policy);
    return found ? text.say('map.effect', { fills: found.fills, replaces: found.replaces, clears: found.clears }) : '';
  }

  private countries(): string {
    const { text, wizard } = this;
    const [first, second, ...rest] = wizard.countries;
    if (!first) return '';
    const names = [first, ...(second ? [second] : [])].map(([code, n]) => `${text.country(code)} ${text.number(n)}`);
    return [...names, ...(rest.length ? [text.say('review.more', { n: rest.length })] : [])].join(' · ');
  }

  private formatName(format: Format, found: ColumnFacts | undefined): string {
    const { text } = this;
    if (format === 'auto' && found && found.format !== 'auto') return text.say('map.format.auto.found', { format: text.say(`map.format.${found.format}`) });
    return text.say(`map.format.${format}`);
  }

  private select<T extends string>(label: string, values: T[], chosen: T, say: (value: T) => string, choose: (value: T) => void, note = ''): TemplateResult {
    return html`<div class="one"><select class="rule" aria-label=${label} title=${label} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
      ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${say(value)}</option>`)}
    </select>${note ? html`<small class="muted number effect">${note}</small>` : nothing}</div>`;
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
      ${this.options(found.index)}
      ${codes.map(([code, n]) => html`<small class="clip number" title=${groupName(text, code)}>${text.number(n)} · ${groupName(text, code)}</small>`)}
    `;
  }

  /** Values that a list could take, if it had them. */
  private options(index: number): TemplateResult | typeof nothing {
    const { text, wizard } = this;
    const missing = wizard.newFields.missing.get(index);
    if (!missing) return nothing;
    return html`<button class="link" title=${text.list(missing.slice(0, 100))} @click=${() => wizard.newFields.extend(index)}>${text.say('map.add_options', { n: missing.length })}</button>`;
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
    if (field === CREATE) return void wizard.newFields.create(index, wizard.facts?.header[index] ?? '');
    wizard.chosen.add(index);
    const others = (wizard.description?.columns ?? []).filter((other) => other.index !== index);
    wizard.describe({ columns: field ? [...others, column(index, field)] : others });
  }

  private change(changed: Column): void {
    this.touched = true;
    this.wizard.describe({ columns: (this.wizard.description?.columns ?? []).map((other) => (other.index === changed.index ? changed : other)) });
  }

  private fieldName(key: string): string {
    return fieldName(this.text, this.wizard.fields, key);
  }
}

define('muster-step-map', StepMap);
