import { html, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { Pages } from '../controllers/pages';
import type { RowView } from '../session/types';
import { base } from '../styles/base';
import { isLeftOut, type GridColumn } from './cells';
import { define, MusterElement } from './element';
import { CARD, gridStyles, HEAD, ROW } from './grid.styles';
import { Lines, type Look, type Place, type Shown } from './lines';

/** Browsers clamp the height of an element; beyond this, scrolling is scaled. */
const TALLEST = 15_000_000;
/** Rows beyond the view on either side: where it scrolls on by itself before they are written, and where it goes by too fast for that. */
const SPARE = 3;
const LEAST = 1;
/** Milliseconds for which rows that are out of view stay where others are on their way: blank ones would flicker. */
const PATIENCE = 80;
/** Below this width, rows are cards. */
const NARROW = 640;

/**
 * A table that scrolls through any number of rows with only the visible ones in the document. The focus stays on the
 * grid; `aria-activedescendant` names the active cell, so that a cell can leave the document without taking it along.
 *
 * @fires edit `{ row, column, value }` when a cell was given another text
 * @fires leave-out `{ row, out }` when a row is to be left out, or brought back
 */
export class MusterGrid extends MusterElement implements Shown {
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

  @state() private height = 400;
  @state() private narrow = false;
  @state() active: Place = { row: 0, column: 0 };
  @state() editing: Place | undefined;
  @query('.scroller', true) private scroller!: HTMLElement;
  @query('.rows', true) private body!: HTMLElement;
  /** The row at the top, and how far it is scrolled. */
  private first = 0;
  private top = 0;
  private lines: Lines | undefined;
  private look: Look | undefined;
  private pages: Pages | undefined;
  /** The frame in which rows that arrived are written: once, however many pages did, and not if it scrolls meanwhile. */
  private frame = 0;
  /** The first row when rows were last written. */
  private written = 0;
  /** Goes off where rows take long to arrive, and where it stands still. */
  private late: ReturnType<typeof setTimeout> | undefined;
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
    clearTimeout(this.late);
    cancelAnimationFrame(this.frame);
  }

  override willUpdate(changed: PropertyValues): void {
    if (['columns', 'header', 'text', 'narrow'].some((name) => changed.has(name))) this.look = undefined;
    if (!changed.has('source') && !changed.has('rows')) return;
    const same = !changed.has('rows');
    this.pages?.close();
    this.pages = new Pages(this.source, () => this.soon(), same ? this.pages : undefined);
    this.editing = undefined;
    if (same) {
      this.first = Math.max(0, Math.min(this.first, this.total - this.visible + 1));
      this.active = { ...this.active, row: Math.max(0, Math.min(this.active.row, this.total - 1)) };
      return;
    }
    this.first = 0;
    this.active = { row: 0, column: 0 };
  }

  override render() {
    const { total, shown } = this;
    return html`<div
      class="scroller ${this.narrow ? 'narrow' : ''}" part="grid" role="grid" tabindex="0" aria-label=${this.label} aria-rowcount=${total + 1} aria-colcount=${shown.length}
      aria-describedby="keys" @scroll=${this.scrolled} @keydown=${this.keydown} @mousedown=${this.pick} @dblclick=${this.begin} @mouseover=${this.point}>
      <div class="inner" role="none">
        <div class="head" role="rowgroup"><div class="line" role="row" aria-rowindex="1">${shown.map(
          ({ kind, name, from }, index) => html`<div class="cell ${kind}" role="columnheader" aria-colindex=${index + 1} title=${from ?? name}>
            <span class="clip">${name}</span></div>`,
        )}</div></div>
        <div class="rows" role="rowgroup"></div>
      </div>
    </div><p class="hide" id="keys">${this.text.say('review.keys')}</p>`;
  }

  override updated(changed: PropertyValues): void {
    const { scroller, shown } = this;
    if (changed.has('columns') || changed.has('narrow')) {
      scroller.style.setProperty('--columns', shown.map(({ width, grows }) => (grows ? `minmax(${width}px, ${grows}fr)` : `${width}px`)).join(' '));
      scroller.style.setProperty('--width', this.narrow ? '0px' : `${shown.reduce((sum, { width }) => sum + width, 0)}px`);
      scroller.style.setProperty('--row', `${this.step}px`);
      scroller.style.setProperty('--head', `${this.head}px`);
    }
    if (changed.has('columns') || changed.has('narrow') || changed.has('total')) {
      scroller.style.setProperty('--height', `${Math.min(this.total * this.step, TALLEST)}px`);
      // No taller than its rows, with room for a scroll bar.
      this.style.setProperty('--natural', `${this.head + this.total * this.step + 18}px`);
    }
    // Setting it where it is nought already would be a layout, too.
    if (changed.has('rows') && this.top) this.top = scroller.scrollTop = 0;
    this.draw();
    if (changed.has('editing') && this.editing) this.renderRoot.querySelector<HTMLInputElement>('.editor')?.select();
    if (this.revealing) {
      this.revealing = false;
      this.lines?.element(this.active)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  /** Writes the rows in view, and asks for those that are missing. Nothing is measured: that would be a layout of its own. */
  private draw(scrollTop?: number, isLate = false): void {
    const { scroller, active, pages } = this;
    const isFast = Math.abs(this.first - this.written) > this.visible;
    const spare = isFast ? LEAST : SPARE;
    const begin = Math.max(0, this.first - spare);
    const end = Math.min(this.total, this.first + this.visible + spare);
    const isKnown = pages?.knows(begin, end) || !this.lines || !this.look;
    if (isKnown || isLate) this.write(begin, end);
    if (isFast || !(isKnown || isLate)) this.late ??= setTimeout(() => this.draw(undefined, true), PATIENCE);
    const offset = this.scaled ? (scrollTop ?? scroller.scrollTop) - (this.first - begin) * this.step : begin * this.step;
    this.body.style.transform = `translateY(${Math.max(0, offset)}px)`;
    const named = this.total && active.row >= begin && active.row < end ? `cell-${active.row}-${active.column}` : null;
    if (named !== scroller.getAttribute('aria-activedescendant')) {
      if (named) scroller.setAttribute('aria-activedescendant', named);
      else scroller.removeAttribute('aria-activedescendant');
    }
    pages?.want(begin, end, this.total);
  }

  private soon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private write(begin: number, end: number): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.late);
    this.late = undefined;
    this.written = this.first;
    this.lines ??= new Lines(this.body, this);
    this.look ??= { text: this.text, columns: this.shown, header: this.header, narrow: this.narrow };
    this.lines.show(begin, end, this.look);
  }

  /** The columns, or in a card those that matter. */
  private get shown(): GridColumn[] {
    return this.narrow ? this.columns.filter(({ matters }) => matters) : this.columns;
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
    const scrollTop = (this.top = this.scroller.scrollTop);
    const last = Math.max(0, this.total - this.visible + 1);
    const travel = TALLEST - this.height + this.head;
    const first = this.scaled ? Math.round((scrollTop / travel) * last) : Math.floor(scrollTop / this.step);
    const now = Math.min(last, Math.max(0, first));
    if (now === this.first && !this.scaled) return;
    this.first = now;
    this.draw(scrollTop);
  };

  private readonly pick = (event: MouseEvent) => {
    const place = this.lines?.placeOf(event);
    if (place) this.active = place;
  };

  private readonly point = (event: MouseEvent) => {
    const place = this.lines?.placeOf(event);
    if (place) this.lines?.name(place);
  };

  private readonly begin = (event: Event) => {
    if ((event.target as Element).closest('button, input')) return;
    const place = event instanceof MouseEvent ? this.lines?.placeOf(event) : this.active;
    if (place && this.shown[place.column]?.kind === 'field' && this.pages?.at(place.row)) this.editing = place;
  };

  /** What was typed is taken, or not; the focus goes back to the grid. */
  leave(view: RowView, { index = 0 }: GridColumn, value: string | undefined, move: 'down' | 'forward' | undefined): void {
    if (!this.editing) return;
    this.editing = undefined;
    this.scroller.focus();
    if (value !== undefined && value !== view.cells[index]) this.put('edit', { row: view.row, column: index, value });
    else if (move) this.move(move === 'down' ? { ...this.active, row: this.active.row + 1 } : { ...this.active, column: this.active.column + 1 });
  }

  at(index: number): RowView | undefined {
    return this.pages?.at(index);
  }

  leaveOut(view: RowView): void {
    this.put('leave-out', { row: view.row, out: !isLeftOut(view) });
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
    if (event.key === 'Delete' && view) return this.leaveOut(view);
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
