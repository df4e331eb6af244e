/** Cells that hold more than a text: their elements are made once for each shape and written over afterwards. */

import { render, type TemplateResult } from 'lit';

/** A part of a cell. What differs between rows of one shape are its texts and attributes alone. */
export interface Piece {
  /** Its element; without one it is a bare text. */
  as?: 'span' | 'del' | 'ins' | 'button';
  look?: string;
  icon?: Icon;
  /** Said before the text, and not shown. */
  aside?: string;
  text?: string;
  attributes?: Readonly<Record<string, string>>;
}

/** An icon, drawn by a template when it is first needed, and copied from then on. */
export class Icon {
  private drawn: Node | undefined;

  constructor(readonly name: string, private readonly draw: () => TemplateResult) {}

  copy(): Node {
    if (!this.drawn) {
      const holder = document.createElement('span');
      render(this.draw(), holder);
      this.drawn = holder.firstElementChild ?? holder;
    }
    return this.drawn.cloneNode(true);
  }
}

/** Pieces of the same shape are written into the same elements. */
export function shapeOf(pieces: readonly Piece[]): string {
  let shape = '';
  for (const { as = '', look = '', icon, aside } of pieces) shape += `${as}.${look}.${icon?.name ?? ''}${aside === undefined ? '' : '+'}|`;
  return shape;
}

/** The elements of one shape. */
export class Rich {
  readonly element = document.createElement('span');
  private readonly parts: Part[];

  constructor(pieces: readonly Piece[]) {
    this.element.className = 'rich';
    this.parts = pieces.map((piece) => new Part(piece));
    this.element.append(...this.parts.map(({ node }) => node));
  }

  write(pieces: readonly Piece[]): void {
    pieces.forEach((piece, at) => this.parts[at]?.write(piece));
  }
}

class Part {
  readonly node: Node;
  private readonly element: HTMLElement | undefined;
  private readonly text = document.createTextNode('');
  private readonly aside: Text | undefined;
  private readonly attributes = new Map<string, string>();

  constructor({ as, look, icon, aside }: Piece) {
    if (!as) {
      this.node = icon?.copy() ?? this.text;
      return;
    }
    const element = (this.node = this.element = document.createElement(as));
    if (look) element.className = look;
    if (aside !== undefined) {
      this.aside = document.createTextNode('');
      const hidden = document.createElement('span');
      hidden.className = 'hide';
      hidden.append(this.aside);
      element.append(hidden);
    }
    if (icon) element.append(icon.copy());
    element.append(this.text);
  }

  write({ text = '', aside = '', attributes }: Piece): void {
    if (this.text.data !== text) this.text.data = text;
    if (this.aside && this.aside.data !== aside) this.aside.data = aside;
    for (const name in attributes) {
      const value = attributes[name] ?? '';
      if (this.attributes.get(name) === value) continue;
      this.attributes.set(name, value);
      this.element?.setAttribute(name, value);
    }
  }
}
