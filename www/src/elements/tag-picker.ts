import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Workspace } from '../session/types';
import { base } from '../styles/base';
import { define, MusterElement } from './element';
import * as icons from './icons';

interface Option {
  name: string;
  /** How many contacts have it; undefined for a tag that would be created. */
  contacts: number | undefined;
}

const SHOWN = 8;

/** Chooses tags, and names new ones: a combobox over the workspace's tags with what is chosen in front. */
export class TagPicker extends MusterElement {
  static override styles = [
    base,
    css`
      :host { position: relative; max-inline-size: 420px; }
      .field { display: flex; flex-wrap: wrap; gap: 4px; padding: 4px; border: 1px solid var(--edge); border-radius: 6px; background: var(--surface); }
      .field:focus-within { border-color: var(--accent); outline: 1px solid var(--accent); }
      ul { display: contents; }
      .field input { flex: 1 1 140px; inline-size: auto; min-inline-size: 0; min-block-size: 24px; padding: 0 6px; border: 0; outline: none; box-shadow: none; background: none; }
      .tag { padding-inline: 8px 2px; line-height: 24px; padding-block: 0; }
      .tag em { font-style: normal; font-size: 11px; color: var(--muted); }
      .tag button { inline-size: 20px; block-size: 20px; }
      .list { position: absolute; z-index: 4; inset-inline: 0; inset-block-start: calc(100% + 4px); display: block; max-block-size: 280px; overflow-y: auto; padding: 4px; border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow-float); }
      .option { display: flex; gap: 12px; padding: 6px 8px; border-radius: 5px; cursor: pointer; }
      .option.active { background: var(--accent-tint); }
      .option .name { flex: 1; min-inline-size: 0; }
      .hint { margin-block-start: 6px; font-size: 13px; }
    `,
  ];

  @property({ attribute: false }) tags: Workspace['tags'] = [];
  @property({ attribute: false }) chosen: string[] = [];
  @property({ attribute: false }) limit = 10;
  @state() private typed = '';
  @state() private open = false;
  @state() private active = 0;
  @query('input') private input!: HTMLInputElement;

  override render() {
    const { text } = this;
    const full = this.chosen.length >= this.limit;
    const options = this.options();
    const expanded = this.open && options.length > 0 && !full;
    return html`
      <div class="field">
        <ul aria-label=${text.say('tags.chosen')}>${this.chosen.map((name) => this.chip(name))}</ul>
        <input type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-controls="list" aria-expanded=${expanded}
          aria-label=${text.say('tags.title')} aria-describedby="hint"
          aria-activedescendant=${expanded ? `option-${this.active}` : nothing} placeholder=${full ? '' : text.say('tags.placeholder')}
          ?disabled=${full} .value=${this.typed} @input=${this.type} @focus=${() => (this.open = true)} @blur=${() => (this.open = false)} @click=${() => (this.open = true)} @keydown=${this.keydown} />
      </div>
      <div class="list" id="list" role="listbox" aria-label=${text.say('tags.title')} ?hidden=${!expanded}>
        ${expanded ? options.map((option, index) => this.option(option, index)) : nothing}
      </div>
      <p class="hint muted" id="hint" ?hidden=${!full && !this.invalid}>${full ? text.say('tags.full', { n: this.limit }) : this.invalid ? text.say('tags.invalid') : ''}</p>
    `;
  }

  private chip(name: string): TemplateResult {
    const { text } = this;
    const known = this.tags.some((tag) => same(tag.name, name));
    return html`<li class="tag"><span class="clip">${name}</span>${known ? nothing : html`<em>${text.say('tags.new')}</em>`}
      <button class="icon-button" aria-label=${text.say('action.remove', { name })} @click=${() => this.put(this.chosen.filter((other) => other !== name))}>${icons.cross(12)}</button></li>`;
  }

  private option({ name, contacts }: Option, index: number): TemplateResult {
    const { text } = this;
    // Pressing must not take the focus from the input.
    return html`<div class="option ${index === this.active ? 'active' : ''}" id="option-${index}" role="option" aria-selected=${index === this.active}
      @mousedown=${(event: Event) => event.preventDefault()} @click=${() => this.add(name)} @mousemove=${() => (this.active = index)}>
      <span class="name clip">${contacts === undefined ? text.say('tags.create', { name }) : name}</span>
      ${contacts === undefined ? nothing : html`<span class="muted number">${text.say('tags.contacts', { n: contacts })}</span>`}
    </div>`;
  }

  private options(): Option[] {
    const typed = this.typed.trim();
    const free = this.tags.filter(({ name }) => !this.chosen.some((other) => same(other, name)));
    const found: Option[] = free.filter(({ name }) => fold(name).includes(fold(typed))).slice(0, SHOWN);
    const exists = [...this.tags.map(({ name }) => name), ...this.chosen].some((name) => same(name, typed));
    if (typed && !exists && !this.invalid) found.push({ name: typed, contacts: undefined });
    return found;
  }

  private get invalid(): boolean {
    return /[,;]/.test(this.typed) || [...this.typed.trim()].length > 255;
  }

  private add(name: string): void {
    this.typed = '';
    this.active = 0;
    this.put([...this.chosen, name]);
    this.input.focus();
  }

  private put(tags: string[]): void {
    this.dispatchEvent(new CustomEvent('change', { detail: tags }));
  }

  private readonly type = () => {
    this.typed = this.input.value;
    this.open = true;
    this.active = 0;
  };

  private readonly keydown = (event: KeyboardEvent) => {
    const options = this.options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.open = true;
      this.active = (this.active + step + options.length) % Math.max(1, options.length);
    } else if (event.key === 'Enter') {
      const option = this.open ? options[this.active] : undefined;
      if (option) this.add(option.name);
    } else if (event.key === 'Escape' && this.open) {
      event.preventDefault();
      this.open = false;
    } else if (event.key === 'Backspace' && !this.typed && this.chosen.length) {
      this.put(this.chosen.slice(0, -1));
    }
  };
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function same(one: string, other: string): boolean {
  return fold(one) === fold(other);
}

define('muster-tag-picker', TagPicker);
