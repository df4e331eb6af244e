import type { ImportSession } from '../session/session';
import type { Alarm, Creations, Offer, Verdict } from '../session/types';

/** What corrections need of the wizard. */
export interface Corrected {
  session: ImportSession;
  verdict: Verdict | undefined;
  /** Takes the verdict that a correction led to. */
  judged(verdict: Verdict): void;
  fail(error: unknown): void;
  changed(): void;
}

/** What a person does about rows in Review, one step after the other, and what can be done. */
export class Corrections {
  /** What can be repaired at once. */
  offers: Offer[] = [];
  /** What has to be looked at before Import. */
  alarms: Alarm[] = [];
  /** What commit would create. */
  creations: Creations | undefined;
  /** What Import would send; of the last verdict until that of a new one is known. */
  bytesToSend: number | undefined;
  busy = false;
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly wizard: Corrected) {}

  edit(row: number, column: number, value: string): Promise<void> {
    return this.act((session) => session.edit(row, column, value));
  }

  leaveOut(rows: number[], isOut: boolean): Promise<void> {
    return this.act((session) => session.leaveOut(rows, isOut));
  }

  repair(id: string): Promise<void> {
    return this.act((session) => session.repair(id));
  }

  undo(): Promise<void> {
    return this.act((session) => session.undo());
  }

  redo(): Promise<void> {
    return this.act((session) => session.redo());
  }

  /** Finds out what there is to do, after a verdict. */
  async look(): Promise<void> {
    const { session } = this.wizard;
    const [offers, alarms, creations] = await Promise.all([session.repairs(), session.alarms(), session.creations()]);
    if (session !== this.wizard.session) return;
    Object.assign(this, { offers, alarms, creations });
    this.wizard.changed();
  }

  /** Finds out what Import would send, once the verdict is seen. */
  async weigh(verdict: Verdict): Promise<void> {
    try {
      const bytes = await this.wizard.session.bytesToSend();
      if (this.wizard.verdict === verdict) this.bytesToSend = bytes;
    } catch {
      return; // another verdict is on its way, or the session has ended
    }
    this.wizard.changed();
  }

  /** One after the other: a later step would end the looking up of an earlier one, and what was typed would be lost. */
  private act(step: (session: ImportSession) => Promise<Verdict | null>): Promise<void> {
    const { session } = this.wizard;
    this.waiting += 1;
    // Seen at once: what is offered may be something else in a moment, under a pointer that is already pressed.
    this.busy = true;
    this.wizard.changed();
    this.last = this.last.then(async () => {
      try {
        if (session === this.wizard.session) {
          const verdict = await step(session);
          if (verdict) this.wizard.judged(verdict);
          // Steps that wait make what is found out now worthless.
          if (this.waiting === 1) await this.look();
        }
      } catch (error) {
        this.wizard.fail(error);
      }
      this.waiting -= 1;
      this.busy = this.waiting > 0;
      this.wizard.changed();
    });
    return this.last;
  }
}
