import type { Tokens } from '../api/tokens';
import type { MusterEvents, Step } from '../events';
import type { Workspace } from '../session/types';

export const STEPS: Step[] = ['upload', 'purpose', 'map', 'review', 'import'];

/** What a wizard is given. */
export interface WizardOptions {
  endpoint: string;
  tokens: Tokens;
  workspace: Workspace;
  language: string;
  emit<K extends keyof MusterEvents>(name: K, detail: MusterEvents[K]): void;
}
