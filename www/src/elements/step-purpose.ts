import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { identifiersFor } from '../controllers/description';
import type { Duplicates, Identifier, Import, Purpose } from '../session/types';
import { base } from '../styles/base';
import type { Country } from '../text/text';
import { define, WizardElement } from './element';
import * as icons from './icons';
import './tag-picker';

const PURPOSES: Purpose[] = ['add', 'update', 'add_and_update', 'add_all'];
const DUPLICATES: Duplicates[] = ['keep_first', 'keep_last', 'reject_all'];

/** What should the import do? Purpose, how contacts are recognised, and what holds for all rows. */
export class StepPurpose extends WizardElement {
  static override styles = [
    base,
    css`
      :host { display: grid; gap: 28px; }
      .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; }
      .card { display: flex; flex-direction: column; gap: 4px; padding: 14px 16px; border: 1px solid var(--edge); border-radius: calc(var(--radius) + 2px); background: var(--surface); cursor: pointer; transition: border-color 120ms; }
      .card:hover { border-color: color-mix(in srgb, var(--text) 45%, var(--surface)); }
      .card:has(:checked) { border-color: var(--accent); background: var(--accent-tint); box-shadow: inset 0 0 0 1px var(--accent); }
      .card:has(:focus-visible) { box-shadow: var(--ring); }
      .card input:focus-visible { box-shadow: none; }
      .card > span:first-child { display: flex; align-items: center; gap: 10px; font-weight: 600; }
      .card small { color: var(--muted); }
      .example { margin-block-start: auto; padding-block-start: 8px; color: var(--muted); font-size: 13px; }
      .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 28px 40px; align-items: start; }
      .stack { display: grid; gap: 20px; }
      .block > p { margin-block: 2px 10px; font-size: 13px; }
      legend, .block > h3, .block > label { font-weight: 600; }
      .identifiers { display: grid; border: 1px solid var(--border); border-radius: var(--radius); overflow: hidden; }
      .identifiers li { display: flex; align-items: center; gap: 10px; padding-block: 6px; padding-inline: 12px 8px; }
      .identifiers li + li { border-block-start: 1px solid var(--border); }
      .identifiers .place { display: grid; place-items: center; inline-size: 20px; block-size: 20px; border-radius: 50%; background: color-mix(in srgb, var(--text) 8%, var(--surface)); font-size: 11px; font-weight: 600; }
      .identifiers .what { flex: 1; }
      .identifiers .what small { display: block; }
      .add { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
      .radios { display: grid; gap: 8px; margin-block-start: 8px; }
      .radios label { display: flex; gap: 10px; cursor: pointer; }
      select { max-inline-size: 320px; }
    `,
  ];

  /** What was moved, for those who can't see it. */
  @state() private moved = '';
  @state() private countries: Country[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.text.countries().then((countries) => (this.countries = countries));
  }

  override render() {
    const { text, wizard } = this;
    const description = wizard.description;
    if (!description) return nothing;
    return html`
      <fieldset>
        <legend class="hide">${text.say('purpose.legend')}</legend>
        <div class="cards">${PURPOSES.map((purpose) => this.card(purpose, description))}</div>
      </fieldset>
      <div class="columns">
        ${description.purpose === 'add_all' ? nothing : html`<div class="stack">${this.identifiers(description)}${this.duplicates(description)}</div>`}
        <div class="stack">${this.tags(description)}${this.country(description)}</div>
      </div>
      <p class="hide" role="status">${this.moved}</p>
    `;
  }

  private card(purpose: Purpose, description: Import): TemplateResult {
    const { text, wizard } = this;
    return html`<label class="card">
      <span><input type="radio" name="purpose" .value=${purpose} .checked=${purpose === description.purpose}
        @change=${() => wizard.describe({ purpose, identifiers: this.kept(purpose, description) })} />${text.say(`purpose.${purpose}`)}</span>
      <span>${text.say(`purpose.${purpose}.lead`, { workspace: wizard.workspace.name })}</span>
      <span class="example">${text.say(`purpose.${purpose}.example`)}</span>
    </label>`;
  }

  private identifiers(description: Import): TemplateResult {
    const { text, wizard } = this;
    const chosen = description.identifiers;
    const free = identifiersFor(description).filter((identifier) => !chosen.includes(identifier));
    const put = (identifiers: Identifier[]) => wizard.describe({ identifiers });
    return html`<section class="block" aria-labelledby="identifiers">
      <h3 id="identifiers">${text.say('identifiers.title')}</h3>
      <p class="muted">${text.say('identifiers.lead')}</p>
      ${chosen.length
        ? html`<ol class="identifiers">${chosen.map((identifier, index) => {
            const name = this.name(identifier);
            return html`<li>
              <span class="place number" aria-hidden="true">${index + 1}</span>
              <span class="what">${name}<small class="muted number">${text.say(index ? 'identifiers.then' : 'identifiers.first')}${this.coverage(identifier)}</small></span>
              <button class="icon-button" ?disabled=${index === 0} aria-label=${text.say('identifiers.up', { name })} @click=${() => this.move(index, -1)}>${icons.arrowUp()}</button>
              <button class="icon-button" ?disabled=${index === chosen.length - 1} aria-label=${text.say('identifiers.down', { name })} @click=${() => this.move(index, 1)}>${icons.arrowDown()}</button>
              <button class="icon-button" aria-label=${text.say('action.remove', { name })} @click=${() => put(chosen.filter((other) => other !== identifier))}>${icons.cross()}</button>
            </li>`;
          })}</ol>`
        : html`<div class="notice warning" role="alert">${icons.warn()}<div>${text.say('identifiers.none')}</div></div>`}
      ${free.length
        ? html`<div class="add">${free.map(
            (identifier) => html`<button class="button small" @click=${() => put([...chosen, identifier])}>${icons.plus(14)}${text.say('identifiers.add', { name: this.name(identifier) })}</button>`,
          )}</div>`
        : nothing}
    </section>`;
  }

  /** In how many rows it stands. */
  private coverage(identifier: Identifier): string {
    const { text, wizard } = this;
    const found = wizard.columns?.find(({ field }) => field === identifier);
    return found && wizard.facts ? ` · ${text.say('identifiers.coverage', { filled: found.filled, n: wizard.facts.rows })}` : '';
  }

  private duplicates(description: Import): TemplateResult {
    const { text, wizard } = this;
    return html`<fieldset class="block">
      <legend>${text.say('duplicates.title')}</legend>
      <div class="radios">${DUPLICATES.map(
        (duplicates) => html`<label><input type="radio" name="duplicates" .checked=${duplicates === description.duplicates}
          @change=${() => wizard.describe({ duplicates })} />${text.say(`duplicates.${duplicates}`)}</label>`,
      )}</div>
    </fieldset>`;
  }

  private country(description: Import): TemplateResult {
    const { text, wizard } = this;
    return html`<div class="block">
      <label for="country">${text.say('country.title')}</label>
      <p class="muted" id="country-lead">${text.say('country.lead')}</p>
      <select id="country" aria-describedby="country-lead" @change=${(event: Event) => wizard.describe({ default_country: (event.target as HTMLSelectElement).value || null })}>
        <option value="" ?selected=${!description.default_country}>${text.say('country.none')}</option>
        ${this.countries.map(({ code, name }) => html`<option value=${code} ?selected=${code === description.default_country}>${name}</option>`)}
      </select>
    </div>`;
  }

  private tags(description: Import): TemplateResult {
    const { text, wizard } = this;
    return html`<div class="block">
      <h3 id="tags">${text.say('tags.title')}</h3>
      <p class="muted">${text.say('tags.lead')}</p>
      <muster-tag-picker .text=${text} .tags=${wizard.workspace.tags} .chosen=${description.tags} .limit=${wizard.workspace.limits.import_tags}
        @change=${(event: CustomEvent<string[]>) => wizard.describe({ tags: event.detail })}></muster-tag-picker>
    </div>`;
  }

  private move(index: number, by: -1 | 1): void {
    const identifiers = [...(this.wizard.description?.identifiers ?? [])];
    const [moving] = identifiers.splice(index, 1);
    if (!moving) return;
    identifiers.splice(index + by, 0, moving);
    this.wizard.describe({ identifiers });
    this.moved = this.text.say('identifiers.moved', { name: this.name(moving), n: index + by + 1 });
  }

  /** What stays chosen under another purpose; never nothing. */
  private kept(purpose: Purpose, description: Import): Identifier[] {
    const possible = identifiersFor({ ...description, purpose });
    const kept = description.identifiers.filter((identifier) => possible.includes(identifier));
    if (purpose === 'add_all' || kept.length) return kept;
    const mapped = possible.filter((identifier) => description.columns.some(({ field }) => field === identifier));
    return mapped.length ? mapped : ['phone'];
  }

  private name(identifier: Identifier): string {
    return this.wizard.workspace.fields.find(({ key }) => key === identifier)?.name ?? this.text.say(`field.${identifier}`);
  }
}

define('muster-step-purpose', StepPurpose);
