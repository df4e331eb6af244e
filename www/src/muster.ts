/** The element's script: defines `<muster-import>`, once however often it is loaded, and gives out what is under it. */

import { MusterImport } from './elements/muster-import';

if (!customElements.get('muster-import')) customElements.define('muster-import', MusterImport);

export { MusterImport };
export type { TokenSource } from './elements/muster-import';
export type { MusterEvents, Step } from './events';
export { Api, ApiError } from './api/client';
export type { ImportDetails, ImportView, Undone } from './api/client';
export { ImportSession, InvalidImportError, RefusedError, TrapError } from './session/session';
export type { SessionOptions } from './session/session';
export type * from './session/types';
export { words } from './text/languages';
export type { Sentence, Sentences, TextKey, Words } from './text/text';

declare global {
  interface HTMLElementTagNameMap {
    'muster-import': MusterImport;
  }
}
