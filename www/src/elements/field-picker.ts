import { css, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { base } from '../styles/base';
import { define, MusterElement } from './element';

export interface FieldOption {
  key: string;
  name: string;
  /** Why it can't be chosen. */
  barred?: string | undefined;
}

/** Chooses the field of a column: a combobox that searches as one types. The empty key imports nothing. */
export class FieldPicker extends MusterElement {
  static override styles = [
    base,
    css`
      input { inline-size: 100%; cursor: pointer; text-overflow: ellipsis; padding-inline-end: 30px; background-image: linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(135deg, currentColor 50%, transparent 50%); background-size: 5px 4px; background-repeat: no-repeat; background-position: right 16px center, right 11px center; }
      input:dir(rtl) { background-position: left 11px center, left 16px center; }
      input.unmapped:not(:focus) { color: var(--muted); }
      input:focus { cursor: text; }
      .list { position: fixed; inset: auto; margin: 0; padding: 4px; max-block-size: 300px; overflow-y: auto; border: 0; border-radius: var(--radius); background: var(--surface); color: var(--text); box-shadow: var(--shadow-float); }
      .option { display: grid; padding: 6px 8px; border-radius: 5px; cursor: pointer; }
      .option.active { background: var(--accent-tint); }
      .option[aria-selected='true'] { font-weight: 600; }
      .option[aria-disabled='true'] { color: var(--muted); cursor: default; }
      .option small { font-weight: 400; color: var(--muted); }
      .none { padding: 6px 8px; color: var(--muted); }
    `,
  ];

  @property({ attribute: false }) options: FieldOption[] = [];
  @property() chosen = '';
  @property() label = '';
  @state() private typed: string | undefined;
  @state() private active = 0;
  @state() private open = false;
  @query('input') private input!: HTMLInputElement;
  @query('.list') private list!: HTMLElement;

  override render() {
    const found = this.found();
    const name = this.chosen ? (this.options.find(({ key }) => key === this.chosen)?.name ?? this.chosen) : this.text.say('map.skip');
    return html`<input type="text" role="combobox" autocomplete="off" spellcheck="false" aria-autocomplete="list" aria-controls="list" aria-expanded=${this.open} aria-label=${this.label}
        aria-activedescendant=${this.open && found.length ? `option-${this.active}` : nothing} class=${this.chosen ? '' : 'unmapped'} .value=${this.typed ?? name}
        @click=${this.show} @input=${this.type} @keydown=${this.keydown} @blur=${this.hide} />
      <div class="list" id="list" popover="manual" role="listbox" aria-label=${this.label}>
        ${this.open ? found.map((option, at) => this.option(option, at)) : nothing}
        ${this.open && !found.length ? html`<p class="none">${this.text.say('map.no_field')}</p>` : nothing}
      </div>`;
  }

  override updated(): void {
    if (!this.open) return;
    this.renderRoot.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }

  private option({ key, name, barred }: FieldOption, at: number): TemplateResult {
    // Pressing must not take the focus from the input.
    return html`<div class="option ${at === this.active ? 'active' : ''}" id="option-${at}" role="option" data-key=${key} aria-selected=${key === this.chosen} aria-disabled=${barred ? 'true' : nothing}
      @mousedown=${(event: Event) => event.preventDefault()} @mousemove=${() => (this.active = at)} @click=${() => this.choose(at)}>
      ${name}${barred ? html`<small>${barred}</small>` : nothing}</div>`;
  }

  private found(): FieldOption[] {
    const all: FieldOption[] = [{ key: '', name: this.text.say('map.skip') }, ...this.options];
    const typed = fold(this.typed ?? '');
    return typed ? all.filter(({ name }) => fold(name).includes(typed)) : all;
  }

  private readonly show = () => {
    if (this.open) return;
    this.open = true;
    this.active = Math.max(0, this.found().findIndex(({ key }) => key === this.chosen));
    this.input.select();
    this.list.showPopover();
    this.place();
    addEventListener('scroll', this.scrolled, { capture: true, passive: true });
  };

  private readonly hide = () => {
    this.open = false;
    this.typed = undefined;
    removeEventListener('scroll', this.scrolled, { capture: true });
    if (this.list.matches(':popover-open')) this.list.hidePopover();
  };

  // A list that closed at any scroll would close at the one that brought its input into view.
  private readonly scrolled = (event: Event) => {
    if (event.composedPath()[0] !== this.list) this.place();
  };

  /** Beside the input, wherever that is by now; gone with it when it leaves the window. */
  private place(): void {
    const at = this.input.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) return this.hide();
    const above = at.bottom + 310 > innerHeight && at.top > 310;
    this.list.style.setProperty('left', `${at.left}px`);
    this.list.style.setProperty('width', `${Math.max(at.width, 220)}px`);
    this.list.style.setProperty('top', above ? 'auto' : `${at.bottom + 4}px`);
    this.list.style.setProperty('bottom', above ? `${innerHeight - at.top + 4}px` : 'auto');
  }

  private choose(at: number): void {
    const option = this.found()[at];
    if (!option || option.barred) return;
    this.hide();
    if (option.key !== this.chosen) this.dispatchEvent(new CustomEvent('choose', { detail: option.key }));
  }

  private readonly type = () => {
    this.show();
    this.typed = this.input.value;
    this.active = 0;
  };

  private readonly keydown = (event: KeyboardEvent) => {
    const found = this.found();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.open) return this.show();
      this.active = (this.active + step + found.length) % Math.max(1, found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (this.open) this.choose(this.active);
      else this.show();
    } else if (event.key === 'Escape' && this.open) {
      event.preventDefault();
      this.hide();
    }
  };
}

/** Without case and accents. */
function fold(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

define('muster-field-picker', FieldPicker);
