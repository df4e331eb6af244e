/** The element's script: defines `<muster-import>`, once however often it is loaded. */

import { MusterImport } from './elements/muster-import';

if (!customElements.get('muster-import')) customElements.define('muster-import', MusterImport);

export { MusterImport };
export type { MusterEvents, Step } from './events';

declare global {
  interface HTMLElementTagNameMap {
    'muster-import': MusterImport;
  }
}
