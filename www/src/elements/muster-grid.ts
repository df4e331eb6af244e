import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { Pages } from '../controllers/pages';
import type { RowView } from '../session/types';
import { base } from '../styles/base';
import { cell, type GridColumn } from './cells';
import { define, MusterElement } from './element';
import { gridStyles, HEAD, ROW } from './grid.styles';

/** Browsers clamp the height of an element; beyond this, scrolling is scaled. */
const TALLEST = 15_000_000;
const SPARE = 4;

/**
 * A table that scrolls through any number of rows with only the visible ones in the document. The focus stays on the
 * grid; `aria-activedescendant` names the active cell, so that a cell can leave the document without taking it along.
 */
export class MusterGrid extends MusterElement {
  static override styles = [base, gridStyles];
  @property({ attribute: false }) columns: GridColumn[] = [];
  /** Names of the file's columns, for the sentences. */
  @property({ attribute: false }) header: string[] = [];
  @property({ attribute: false }) total = 0;
  @property() label = '';
  /** Where rows come from; another function is another set of rows. */
  @property({ attribute: false }) source!: (offset: number, count: number) => Promise<RowView[]>;

  @state() private first = 0;
  @state() private height = 400;
  @state() private active = { row: 0, column: 0 };
  @state() private arrivals = 0;
  @query('.scroller') private scroller!: HTMLElement;
  private pages: Pages | undefined;
  private revealing = false;
  private readonly resized = new ResizeObserver(() => {
    this.height = this.scroller.clientHeight;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.isConnected && this.resized.observe(this.scroller));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.pages?.close();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('source')) {
      this.pages?.close();
      this.pages = new Pages(this.source, () => (this.arrivals += 1));
      this.first = 0;
      this.active = { row: 0, column: 0 };
    }
  }

  override render() {
    const { columns, total, first } = this;
    const end = Math.min(total, first + this.visible + SPARE);
    const begin = Math.max(0, first - SPARE);
    const rows = Array.from({ length: Math.max(0, end - begin) }, (_, at) => begin + at);
    const shown = this.active.row >= begin && this.active.row < end;
    return html`<div
      class="scroller" part="grid" role="grid" tabindex="0" aria-label=${this.label} aria-rowcount=${total + 1} aria-colcount=${columns.length}
      aria-activedescendant=${shown && total ? `cell-${this.active.row}-${this.active.column}` : nothing}
      @scroll=${this.scrolled} @keydown=${this.keydown} @mousedown=${this.pick}>
      <div class="inner" role="none">
        <div class="head" role="rowgroup"><div class="line" role="row" aria-rowindex="1">${columns.map(
          ({ kind, name, from }, index) => html`<div class="cell ${kind}" role="columnheader" aria-colindex=${index + 1} title=${from ?? name}>
            <span class="clip">${name}</span></div>`,
        )}</div></div>
        <div class="rows" role="rowgroup">${repeat(rows, (index) => index, (index) => this.guarded(index))}</div>
      </div>
    </div>`;
  }

  override updated(changed: PropertyValues): void {
    const { scroller } = this;
    if (changed.has('columns')) {
      scroller.style.setProperty('--columns', this.columns.map(({ width, grows }) => (grows ? `minmax(${width}px, ${grows}fr)` : `${width}px`)).join(' '));
      scroller.style.setProperty('--width', `${this.columns.reduce((sum, { width }) => sum + width, 0)}px`);
    }
    // No taller than its rows, with room for a scroll bar.
    this.style.setProperty('--natural', `${HEAD + this.total * ROW + 18}px`);
    if (changed.has('source')) scroller.scrollTop = 0;
    const begin = Math.max(0, this.first - SPARE);
    const scrolled = this.scaled ? scroller.scrollTop - (this.first - begin) * ROW : begin * ROW;
    scroller.style.setProperty('--height', `${Math.min(this.total * ROW, TALLEST)}px`);
    scroller.style.setProperty('--offset', `${Math.max(0, scrolled)}px`);
    this.pages?.want(begin, Math.min(this.total, this.first + this.visible + SPARE));
    if (this.revealing) {
      this.revealing = false;
      this.renderRoot.querySelector(`#cell-${this.active.row}-${this.active.column}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  /** A row is rendered when it comes into view, arrives, or gains or loses the active cell: not at every turn of the wheel. */
  private guarded(index: number): unknown {
    const view = this.pages?.at(index);
    const active = this.active.row === index ? this.active.column : -1;
    return guard([this.pages, this.columns, this.text, view, active], () => this.row(index, view));
  }

  private row(index: number, view: RowView | undefined): TemplateResult {
    return html`<div class="line ${index % 2 ? '' : 'even'}" role="row" aria-rowindex=${index + 2} aria-busy=${view ? nothing : 'true'}>
      ${this.columns.map((column, at) => {
        const { content, state, describedBy, title } = view
          ? cell(this.text, view, column, this.header, `why-${index}`)
          : { content: html`<span class="blank"></span>`, state: '', describedBy: undefined, title: undefined };
        const current = index === this.active.row && at === this.active.column;
        return html`<div class="cell ${column.kind} ${state} ${current ? 'active' : ''}" role="gridcell" id="cell-${index}-${at}" aria-colindex=${at + 1}
          data-at="${index},${at}" aria-describedby=${describedBy ?? nothing} aria-invalid=${state === 'bad' ? 'true' : nothing} title=${title ?? nothing}>${content}</div>`;
      })}
    </div>`;
  }

  private get visible(): number {
    return Math.ceil((this.height - HEAD) / ROW);
  }

  private get scaled(): boolean {
    return this.total * ROW > TALLEST;
  }

  private readonly scrolled = () => {
    const { scrollTop } = this.scroller;
    const last = Math.max(0, this.total - this.visible + 1);
    const travel = TALLEST - this.height + HEAD;
    const first = this.scaled ? Math.round((scrollTop / travel) * last) : Math.floor(scrollTop / ROW);
    this.first = Math.min(last, Math.max(0, first));
    if (this.scaled) this.requestUpdate();
  };

  private readonly pick = (event: MouseEvent) => {
    const at = (event.target as Element).closest<HTMLElement>('[data-at]')?.dataset['at']?.split(',').map(Number);
    if (at) this.active = { row: at[0] ?? 0, column: at[1] ?? 0 };
  };

  private readonly keydown = (event: KeyboardEvent) => {
    const target = this.target(event);
    if (!target) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(this.total - 1, target.row));
    const column = Math.max(0, Math.min(this.columns.length - 1, target.column));
    this.active = { row, column };
    this.revealing = true;
    this.bring(row);
  };

  private target({ key, ctrlKey, metaKey }: KeyboardEvent): { row: number; column: number } | undefined {
    const { row, column } = this.active;
    const page = Math.max(1, this.visible - 2);
    const far = ctrlKey || metaKey;
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    switch (key) {
      case 'ArrowDown': return { row: row + 1, column };
      case 'ArrowUp': return { row: row - 1, column };
      case 'ArrowRight': return { row, column: column + forward };
      case 'ArrowLeft': return { row, column: column - forward };
      case 'PageDown': return { row: row + page, column };
      case 'PageUp': return { row: row - page, column };
      case 'Home': return { row: far ? 0 : row, column: 0 };
      case 'End': return { row: far ? this.total - 1 : row, column: this.columns.length - 1 };
      default: return undefined;
    }
  }

  /** Scrolls so far that the row is in the document. */
  private bring(row: number): void {
    const { scroller } = this;
    const full = Math.max(1, Math.floor((this.height - HEAD) / ROW));
    if (row >= this.first && row < this.first + full) return;
    const first = row < this.first ? row : row - full + 1;
    const last = Math.max(1, this.total - this.visible + 1);
    scroller.scrollTop = this.scaled ? (first / last) * (TALLEST - this.height + HEAD) : first * ROW;
    this.scrolled();
  }
}

define('muster-grid', MusterGrid);
