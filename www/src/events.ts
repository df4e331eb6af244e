/** The events that a host can listen to on `<muster-import>`. All bubble and cross shadow roots. */

import type { Counts } from './session/types';

export type Step = 'upload' | 'purpose' | 'map' | 'review' | 'import';

export interface MusterEvents {
  /** A view is shown: the history, the wizard, or the sentence for people who may not import. */
  'muster-open': { view: 'history' | 'wizard' | 'forbidden' };
  /** The wizard was left where there is no history: the host may put the element away. */
  'muster-close': Record<string, never>;
  /** The wizard shows another step. */
  'muster-step': { step: Step };
  /** Import was pressed. */
  'muster-import-start': { file_name: string; rows: number };
  /** Bytes were sent, or rows applied. */
  'muster-import-progress': { phase: 'uploading' | 'queued' | 'applying'; done: number; of: number };
  /** The server has finished. */
  'muster-import-complete': { id: number; counts: Counts };
  /** The import was not started, or the server could not finish. */
  'muster-import-failed': { id: number | null; reason: string };
  /** Something went wrong; the page says so too. */
  'muster-error': { code: string; message: string };
}

export function emit<K extends keyof MusterEvents>(target: EventTarget, name: K, detail: MusterEvents[K]): void {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

declare global {
  interface HTMLElementEventMap {
    'muster-open': CustomEvent<MusterEvents['muster-open']>;
    'muster-close': CustomEvent<MusterEvents['muster-close']>;
    'muster-step': CustomEvent<MusterEvents['muster-step']>;
    'muster-import-start': CustomEvent<MusterEvents['muster-import-start']>;
    'muster-import-progress': CustomEvent<MusterEvents['muster-import-progress']>;
    'muster-import-complete': CustomEvent<MusterEvents['muster-import-complete']>;
    'muster-import-failed': CustomEvent<MusterEvents['muster-import-failed']>;
    'muster-error': CustomEvent<MusterEvents['muster-error']>;
  }
}
