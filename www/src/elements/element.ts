import { LitElement, type CSSResultGroup } from 'lit';
import { property } from 'lit/decorators.js';
import { base } from '../styles/base';
import type { Text } from '../text/text';
import { Follow } from '../controllers/store';
import type { Wizard } from '../controllers/wizard';

/** What every element inside has: the look and the sentences. */
export class MusterElement extends LitElement {
  static override styles: CSSResultGroup = base;
  @property({ attribute: false }) text!: Text;
}

/** A part of the wizard: rendered again whenever the wizard changes. */
export class WizardElement extends MusterElement {
  @property({ attribute: false }) wizard!: Wizard;

  constructor() {
    super();
    new Follow(this, () => this.wizard);
  }
}

/** Defines an element of the inside; another copy of the script may have done so. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
