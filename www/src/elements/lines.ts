/** The rows of the grid in the document: as many as are in view, written over with others as it scrolls. */

import { render, type TemplateResult } from 'lit';
import type { RowView } from '../session/types';
import type { Text } from '../text/text';
import { cell, isLeftOut, type Cell, type GridColumn } from './cells';
import { editor } from './editor';
import { Rich, shapeOf, type Piece } from './rich';

/** What all lines have in common. Another look draws them all again. */
export interface Look {
  text: Text;
  columns: GridColumn[];
  /** Names of the file's columns, for the sentences. */
  header: string[];
  /** Whether a row is a card. */
  narrow: boolean;
}

/** What is shown, and what happens to it. */
export interface Shown {
  at(index: number): RowView | undefined;
  /** The active cell. */
  readonly active: Place;
  readonly editing: Place | undefined;
  leave(view: RowView, column: GridColumn, value: string | undefined, move: 'down' | 'forward' | undefined): void;
  leaveOut(view: RowView): void;
}

export interface Place { row: number; column: number }

/** What was drawn of a row: the same again is not drawn. */
interface Drawn { view: RowView | undefined; active: number; editing: number }

/**
 * Texts are written straight into cells that are there: templates for some hundred cells would take longer than a frame.
 * A line that leaves the view moves to where another one enters it, so that the document has the order of the rows.
 */
export class Lines {
  private look: Look | undefined;
  private lines: Line[] = [];
  private begin = 0;

  constructor(private readonly host: HTMLElement, private readonly shown: Shown) {}

  /** Shows these rows: what is known of them, and places for the others. */
  show(begin: number, end: number, look: Look): void {
    if (!this.look || !sameCells(this.look, look)) {
      this.lines = [];
      this.host.replaceChildren();
    }
    const other = !this.look || look.text !== this.look.text || look.header !== this.look.header || look.columns !== this.look.columns;
    this.look = look;
    this.turn(begin - this.begin);
    this.begin = begin;
    this.fit(end - begin);
    this.lines.forEach((line, at) => {
      if (other) line.drawn = undefined;
      line.show(begin + at, look, this.shown);
    });
  }

  placeOf(event: Event): Place | undefined {
    const path = event.composedPath();
    const line = this.lines.find(({ element }) => path.includes(element));
    const column = line ? line.cells.findIndex(({ element }) => path.includes(element)) : -1;
    return line && column >= 0 ? { row: line.index, column } : undefined;
  }

  /** The cell, if it is in the document. */
  element({ row, column }: Place): HTMLElement | undefined {
    return this.lines[row - this.begin]?.cells[column]?.element;
  }

  /** What doesn't fit into a cell is in its title, once somebody points at it. */
  name(place: Place): void {
    const element = this.element(place);
    const view = this.shown.at(place.row);
    const column = this.look?.columns[place.column];
    if (!element || !view || !column || !this.look) return;
    const editing = this.shown.editing?.row === place.row && this.shown.editing.column === place.column;
    element.title = editing ? '' : (cell(this.look.text, view, column, this.look.header, '').title ?? '');
  }

  /** Lines at one end go to the other one, as far as rows are still in view. */
  private turn(by: number): void {
    if (!by || Math.abs(by) >= this.lines.length) return;
    if (by > 0) {
      const moved = this.lines.splice(0, by);
      this.host.append(...moved.map(({ element }) => element));
      this.lines.push(...moved);
    } else {
      const moved = this.lines.splice(by);
      this.host.prepend(...moved.map(({ element }) => element));
      this.lines.unshift(...moved);
    }
  }

  private fit(count: number): void {
    const { look, shown } = this;
    while (look && this.lines.length < count) {
      const line = new Line(look, shown);
      this.host.append(line.element);
      this.lines.push(line);
    }
    for (const { element } of this.lines.splice(Math.max(0, count))) element.remove();
  }
}

function sameCells(one: Look, other: Look): boolean {
  return one.narrow === other.narrow && one.columns.length === other.columns.length && one.columns.every(({ kind }, at) => kind === other.columns[at]?.kind);
}

let lines = 0;

class Line {
  readonly element = document.createElement('div');
  readonly cells: Slot[];
  index = -1;
  drawn: Drawn | undefined;
  /** The cell that explains the row. */
  private readonly why = `why-${++lines}`;

  constructor({ columns, narrow }: Look, shown: Shown) {
    this.element.className = 'line';
    this.element.setAttribute('role', 'row');
    this.cells = columns.map(({ kind }, at) => new Slot(kind, at, narrow));
    this.element.append(...this.cells.map(({ element }) => element));
    this.element.addEventListener('click', (event) => {
      const view = shown.at(this.index);
      if (view && (event.target as Element).closest('.aside')) shown.leaveOut(view);
    });
  }

  show(index: number, look: Look, shown: Shown): void {
    const view = shown.at(index);
    const active = shown.active.row === index ? shown.active.column : -1;
    const editing = shown.editing?.row === index && view ? shown.editing.column : -1;
    const { element, drawn } = this;
    if (index !== this.index) element.setAttribute('aria-rowindex', String(index + 2));
    const same = drawn && index === this.index && drawn.view === view && drawn.active === active && drawn.editing === editing;
    this.index = index;
    if (same) return;
    this.drawn = { view, active, editing };
    if (view) element.removeAttribute('aria-busy');
    else element.setAttribute('aria-busy', 'true');
    this.cells.forEach((slot, at) => slot.mark(at === active ? `cell-${index}-${at}` : undefined));
    // What stood here stays, unseen, where it is going to be written over in a moment.
    if (view) this.draw(view, look, shown, editing);
  }

  private draw(view: RowView, { text, columns, header, narrow }: Look, shown: Shown, editing: number): void {
    const out = isLeftOut(view);
    this.element.classList.toggle('out', out);
    columns.forEach((column, at) => {
      const slot = this.cells[at];
      const found = cell(text, view, column, header, this.why);
      const label = narrow && column.kind === 'field' ? column.name : undefined;
      if (at === editing) slot?.edit(editor(text, view, column, found.describedBy, (value, move) => shown.leave(view, column, value, move)), found);
      else slot?.write(found, label);
    });
  }
}

/** Shapes that a cell remembers. */
const SHAPES = 8;

/** One cell. */
class Slot {
  readonly element = document.createElement('div');
  private readonly value = document.createElement('span');
  /** Where there is more than a text: what is in the cell, and what was and may be again. */
  private rich: Rich | undefined;
  private readonly made = new Map<string, Rich>();
  private field: HTMLElement | undefined;
  private state = '';
  private text = '';
  private describedBy: string | undefined;

  constructor(kind: GridColumn['kind'], at: number, private readonly narrow: boolean) {
    const { element, value } = this;
    element.className = `cell ${kind}`;
    element.setAttribute('role', kind === 'row' ? 'rowheader' : 'gridcell');
    element.setAttribute('aria-colindex', String(at + 1));
    element.classList.toggle('plain', !narrow);
    value.className = 'value';
    element.append(value);
  }

  /** The active cell has an id, by which the grid names it. */
  mark(id: string | undefined): void {
    if (this.element.id === (id ?? '')) return;
    this.element.id = id ?? '';
    if (!id) this.element.removeAttribute('id');
    this.element.classList.toggle('active', id !== undefined);
  }

  write({ content, state, describedBy }: Cell, label: string | undefined): void {
    this.explain(state, describedBy);
    if (typeof content !== 'string') return this.fill(label === undefined ? content : [named(label), ...content]);
    if (label !== undefined) return this.fill([named(label), { as: 'span', look: 'value', text: content }]);
    if (this.rich || this.field) this.hold(this.value, undefined);
    if (content === this.text) return;
    this.text = content;
    this.value.textContent = content;
  }

  /** Puts a field into the cell. */
  edit(field: TemplateResult, { state, describedBy }: Cell): void {
    this.explain(state, describedBy);
    if (!this.field) {
      const place = document.createElement('span');
      place.className = 'rich';
      this.hold(place, undefined);
      this.field = place;
    }
    render(field, this.field);
  }

  private explain(state: Cell['state'], describedBy: string | undefined): void {
    const { element } = this;
    if (element.title) element.removeAttribute('title');
    if (state !== this.state) {
      if (this.state) element.classList.remove(this.state);
      if (state) element.classList.add(state);
      if (state === 'bad') element.setAttribute('aria-invalid', 'true');
      else element.removeAttribute('aria-invalid');
      this.state = state;
    }
    if (describedBy === this.describedBy) return;
    this.describedBy = describedBy;
    if (describedBy) element.setAttribute('aria-describedby', describedBy);
    else element.removeAttribute('aria-describedby');
  }

  private fill(pieces: Piece[]): void {
    const shape = shapeOf(pieces);
    let rich = this.made.get(shape);
    if (!rich) {
      if (this.made.size >= SHAPES) this.made.clear();
      this.made.set(shape, (rich = new Rich(pieces)));
    }
    rich.write(pieces);
    if (rich !== this.rich) this.hold(rich.element, rich);
  }

  private hold(content: HTMLElement, rich: Rich | undefined): void {
    this.element.replaceChildren(content);
    this.element.classList.toggle('plain', content === this.value && !this.narrow);
    this.rich = rich;
    this.field = undefined;
  }
}

/** The name of its column, in a card. */
function named(label: string): Piece {
  return { as: 'span', look: 'label clip', text: label, attributes: { 'aria-hidden': 'true' } };
}
