import { css, html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { base } from '../styles/base';
import { define, MusterElement } from './element';
import * as icons from './icons';

export interface MenuItem {
  label: string;
  /** What stands beside it, such as the days that are left. */
  note?: string;
  run(): unknown;
}

/** A button that opens a list of things to do, with the keys of ARIA's menu button. */
export class MusterMenu extends MusterElement {
  static override styles = [
    base,
    css`
      :host { display: inline-block; }
      .menu { position: fixed; inset: auto; margin: 0; min-inline-size: 200px; padding: 4px; border: 0; border-radius: var(--radius); background: var(--surface); color: var(--text); box-shadow: var(--shadow-float); }
      .item { display: flex; gap: 16px; justify-content: space-between; inline-size: 100%; padding: 7px 10px; border: 0; border-radius: 5px; background: none; text-align: start; }
      .item:hover, .item:focus-visible { background: var(--accent-tint); box-shadow: none; }
      .item:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
    `,
  ];

  @property({ attribute: false }) items: MenuItem[] = [];
  @property() label = '';
  @state() private open = false;

  override render() {
    return html`<button class="icon-button opener" part="button" aria-haspopup="menu" aria-expanded=${this.open} aria-label=${this.label} title=${this.label}
        @click=${this.toggle} @keydown=${this.opening}>${icons.more()}</button>
      <div class="menu" popover="auto" role="menu" aria-label=${this.label} @toggle=${this.toggled} @keydown=${this.keydown}>
        ${this.items.map((item) => this.item(item))}
      </div>`;
  }

  private item({ label, note, run }: MenuItem): TemplateResult {
    const choose = () => {
      this.menu.hidePopover();
      run();
    };
    return html`<button class="item" role="menuitem" tabindex="-1" @click=${choose}><span>${label}</span>${note ? html`<span class="muted">${note}</span>` : ''}</button>`;
  }

  private get menu(): HTMLElement {
    return this.renderRoot.querySelector('.menu') as HTMLElement;
  }

  private get entries(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
  }

  private readonly toggle = () => {
    const { menu } = this;
    menu.togglePopover();
    if (!menu.matches(':popover-open')) return;
    // Above all else, and so outside of every box: it is put where the button is.
    const at = this.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const start = getComputedStyle(this).direction === 'rtl' ? at.left : at.right - width;
    menu.style.setProperty('left', `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`);
    menu.style.setProperty('top', `${at.bottom + height + 8 > innerHeight ? Math.max(8, at.top - height - 4) : at.bottom + 4}px`);
    this.entries[0]?.focus();
  };

  private readonly toggled = (event: Event) => {
    this.open = (event as ToggleEvent).newState === 'open';
    if (!this.open && this.menu.matches(':focus-within')) this.renderRoot.querySelector<HTMLElement>('.opener')?.focus();
  };

  private readonly opening = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' || this.open) return;
    event.preventDefault();
    this.toggle();
  };

  private readonly keydown = (event: KeyboardEvent) => {
    const { entries } = this;
    const at = entries.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === 'Tab') this.menu.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    entries[(to + entries.length) % entries.length]?.focus();
  };
}

define('muster-menu', MusterMenu);
