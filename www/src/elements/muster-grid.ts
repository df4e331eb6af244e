import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { Pages } from '../controllers/pages';
import type { RowView } from '../session/types';
import { base } from '../styles/base';
import { cell, isLeftOut, type GridColumn } from './cells';
import { editor } from './editor';
import { define, MusterElement } from './element';
import { CARD, gridStyles, HEAD, ROW } from './grid.styles';

/** Browsers clamp the height of an element; beyond this, scrolling is scaled. */
const TALLEST = 15_000_000;
const SPARE = 4;
/** Below this width, rows are cards. */
const NARROW = 640;

interface Place { row: number; column: number }

/**
 * A table that scrolls through any number of rows with only the visible ones in the document. The focus stays on the
 * grid; `aria-activedescendant` names the active cell, so that a cell can leave the document without taking it along.
 *
 * @fires edit `{ row, column, value }` when a cell was given another text
 * @fires leave-out `{ row, out }` when a row is to be left out, or brought back
 */
export class MusterGrid extends MusterElement {
  static override styles = [base, gridStyles];
  @property({ attribute: false }) columns: GridColumn[] = [];
  /** Names of the file's columns, for the sentences. */
  @property({ attribute: false }) header: string[] = [];
  @property({ attribute: false }) total = 0;
  @property() label = '';
  /** Where rows come from. */
  @property({ attribute: false }) source!: (offset: number, count: number) => Promise<RowView[]>;
  /** Which rows these are: another name is shown from the top, the same one where it is. */
  @property() rows = '';

  @state() private first = 0;
  @state() private height = 400;
  @state() private narrow = false;
  @state() private active: Place = { row: 0, column: 0 };
  @state() private editing: Place | undefined;
  @state() private arrivals = 0;
  @query('.scroller') private scroller!: HTMLElement;
  private pages: Pages | undefined;
  private revealing = false;
  private readonly resized = new ResizeObserver(() => {
    this.height = this.scroller.clientHeight;
    this.narrow = this.scroller.clientWidth < NARROW;
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
    if (!changed.has('source') && !changed.has('rows')) return;
    const same = !changed.has('rows');
    this.pages?.close();
    this.pages = new Pages(this.source, () => (this.arrivals += 1), same ? this.pages : undefined);
    this.editing = undefined;
    if (same) {
      this.active = { ...this.active, row: Math.max(0, Math.min(this.active.row, this.total - 1)) };
      return;
    }
    this.first = 0;
    this.active = { row: 0, column: 0 };
  }

  override render() {
    const { total, first, shown } = this;
    const end = Math.min(total, first + this.visible + SPARE);
    const begin = Math.max(0, first - SPARE);
    const rows = Array.from({ length: Math.max(0, end - begin) }, (_, at) => begin + at);
    const present = this.active.row >= begin && this.active.row < end;
    // What leaves the view becomes what enters it: making rows anew would hold up a turn of the wheel.
    const places = this.visible + 2 * SPARE;
    return html`<div
      class="scroller ${this.narrow ? 'narrow' : ''}" part="grid" role="grid" tabindex="0" aria-label=${this.label} aria-rowcount=${total + 1} aria-colcount=${shown.length}
      aria-describedby="keys" aria-activedescendant=${present && total ? `cell-${this.active.row}-${this.active.column}` : nothing}
      @scroll=${this.scrolled} @keydown=${this.keydown} @mousedown=${this.pick} @dblclick=${this.begin}>
      <div class="inner" role="none">
        <div class="head" role="rowgroup"><div class="line" role="row" aria-rowindex="1">${shown.map(
          ({ kind, name, from }, index) => html`<div class="cell ${kind}" role="columnheader" aria-colindex=${index + 1} title=${from ?? name}>
            <span class="clip">${name}</span></div>`,
        )}</div></div>
        <div class="rows" role="rowgroup">${repeat(rows, (index) => index % places, (index) => this.guarded(index))}</div>
      </div>
    </div><p class="hide" id="keys">${this.text.say('review.keys')}</p>`;
  }

  override updated(changed: PropertyValues): void {
    const { scroller, shown } = this;
    if (changed.has('columns') || changed.has('narrow')) {
      scroller.style.setProperty('--columns', shown.map(({ width, grows }) => (grows ? `minmax(${width}px, ${grows}fr)` : `${width}px`)).join(' '));
      scroller.style.setProperty('--width', this.narrow ? '0px' : `${shown.reduce((sum, { width }) => sum + width, 0)}px`);
    }
    scroller.style.setProperty('--row', `${this.step}px`);
    scroller.style.setProperty('--head', `${this.head}px`);
    // No taller than its rows, with room for a scroll bar.
    this.style.setProperty('--natural', `${this.head + this.total * this.step + 18}px`);
    if (changed.has('rows')) scroller.scrollTop = 0;
    const begin = Math.max(0, this.first - SPARE);
    const scrolled = this.scaled ? scroller.scrollTop - (this.first - begin) * this.step : begin * this.step;
    scroller.style.setProperty('--height', `${Math.min(this.total * this.step, TALLEST)}px`);
    scroller.style.setProperty('--offset', `${Math.max(0, scrolled)}px`);
    this.pages?.want(begin, Math.min(this.total, this.first + this.visible + SPARE));
    if (changed.has('editing') && this.editing) this.renderRoot.querySelector<HTMLInputElement>('.editor')?.select();
    if (this.revealing) {
      this.revealing = false;
      this.renderRoot.querySelector(`#cell-${this.active.row}-${this.active.column}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  /** The columns, or in a card those that matter. */
  private get shown(): GridColumn[] {
    return this.narrow ? this.columns.filter(({ matters }) => matters) : this.columns;
  }

  /** A row is rendered when it comes into view, arrives, or gains or loses the active cell: not at every turn of the wheel. */
  private guarded(index: number): unknown {
    const view = this.pages?.at(index);
    const active = this.active.row === index ? this.active.column : -1;
    const editing = this.editing?.row === index ? this.editing.column : -1;
    return guard([this.pages, this.columns, this.narrow, this.text, view, active, editing], () => this.row(index, view));
  }

  private row(index: number, view: RowView | undefined): TemplateResult {
    const out = view ? isLeftOut(view) : false;
    return html`<div class="line ${index % 2 ? '' : 'even'} ${out ? 'out' : ''}" role="row" aria-rowindex=${index + 2} aria-busy=${view ? nothing : 'true'}>
      ${this.shown.map((column, at) => {
        const { content, state, describedBy, title } = view
          ? cell(this.text, view, column, this.header, `why-${index}`)
          : { content: html`<span class="blank"></span>`, state: '', describedBy: undefined, title: undefined };
        const current = index === this.active.row && at === this.active.column;
        const editing = view && index === this.editing?.row && at === this.editing.column;
        return html`<div class="cell ${column.kind} ${state} ${current ? 'active' : ''}" role=${column.kind === 'row' ? 'rowheader' : 'gridcell'} id="cell-${index}-${at}" aria-colindex=${at + 1}
          data-at="${index},${at}" aria-describedby=${describedBy ?? nothing} aria-invalid=${state === 'bad' ? 'true' : nothing} title=${editing ? nothing : (title ?? nothing)}
          >${this.narrow && column.kind === 'field' ? html`<span class="label clip" aria-hidden="true">${column.name}</span>` : nothing}${editing
            ? editor(this.text, view, column, describedBy, (value, move) => this.leave(view, column, value, move))
            : content}${column.kind === 'row' && view ? this.outButton(view, out) : nothing}</div>`;
      })}
    </div>`;
  }

  /** For the mouse; with the keys it is Delete. */
  private outButton({ row }: RowView, out: boolean): TemplateResult {
    const say = this.text.say(out ? 'review.bring_back' : 'review.leave_out', { row });
    return html`<button class="icon-button aside" tabindex="-1" aria-label=${say} title=${say} @click=${() => this.put('leave-out', { row, out: !out })}>${out ? '↺' : '×'}</button>`;
  }

  private get step(): number {
    return this.narrow ? CARD.rest + CARD.line * (this.shown.length - 1) : ROW;
  }

  private get head(): number {
    return this.narrow ? 0 : HEAD;
  }

  private get visible(): number {
    return Math.ceil((this.height - this.head) / this.step);
  }

  private get scaled(): boolean {
    return this.total * this.step > TALLEST;
  }

  private readonly scrolled = () => {
    const { scrollTop } = this.scroller;
    const last = Math.max(0, this.total - this.visible + 1);
    const travel = TALLEST - this.height + this.head;
    const first = this.scaled ? Math.round((scrollTop / travel) * last) : Math.floor(scrollTop / this.step);
    this.first = Math.min(last, Math.max(0, first));
    if (this.scaled) this.requestUpdate();
  };

  private placeOf(event: Event): Place | undefined {
    const at = (event.target as Element).closest<HTMLElement>('[data-at]')?.dataset['at']?.split(',').map(Number);
    return at && { row: at[0] ?? 0, column: at[1] ?? 0 };
  }

  private readonly pick = (event: MouseEvent) => {
    const place = this.placeOf(event);
    if (place) this.active = place;
  };

  private readonly begin = (event: Event) => {
    if ((event.target as Element).closest('button, input')) return;
    const place = event instanceof MouseEvent ? this.placeOf(event) : this.active;
    if (place && this.shown[place.column]?.kind === 'field' && this.pages?.at(place.row)) this.editing = place;
  };

  /** What was typed is taken, or not; the focus goes back to the grid. */
  private leave(view: RowView, { index = 0 }: GridColumn, value: string | undefined, move: 'down' | 'forward' | undefined): void {
    if (!this.editing) return;
    this.editing = undefined;
    this.scroller.focus();
    if (value !== undefined && value !== view.cells[index]) this.put('edit', { row: view.row, column: index, value });
    else if (move) this.move(move === 'down' ? { ...this.active, row: this.active.row + 1 } : { ...this.active, column: this.active.column + 1 });
  }

  private put(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private readonly keydown = (event: KeyboardEvent) => {
    if (this.editing || event.altKey) return;
    const view = this.pages?.at(this.active.row);
    if (event.key === 'Enter' || event.key === 'F2') {
      event.preventDefault();
      return this.begin(event);
    }
    if (event.key === 'Delete' && view) return this.put('leave-out', { row: view.row, out: !isLeftOut(view) });
    const target = this.target(event);
    if (!target) return;
    event.preventDefault();
    this.move(target);
  };

  private move(target: Place): void {
    const row = Math.max(0, Math.min(this.total - 1, target.row));
    const column = Math.max(0, Math.min(this.shown.length - 1, target.column));
    this.active = { row, column };
    this.revealing = true;
    this.bring(row);
  }

  private target({ key, ctrlKey, metaKey }: KeyboardEvent): Place | undefined {
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
      case 'End': return { row: far ? this.total - 1 : row, column: this.shown.length - 1 };
      default: return undefined;
    }
  }

  /** Scrolls so far that the row is in the document. */
  private bring(row: number): void {
    const { scroller } = this;
    const full = Math.max(1, Math.floor((this.height - this.head) / this.step));
    if (row >= this.first && row < this.first + full) return;
    const first = row < this.first ? row : row - full + 1;
    const last = Math.max(1, this.total - this.visible + 1);
    scroller.scrollTop = this.scaled ? (first / last) * (TALLEST - this.height + this.head) : first * this.step;
    this.scrolled();
  }
}

define('muster-grid', MusterGrid);
