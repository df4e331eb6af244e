import type { ImportSession } from '../session/session';
import type { ColumnFacts, Field, Import } from '../session/types';
import { column, missingOptions, newField } from './description';

/** What new fields need of the wizard. */
export interface Extended {
  readonly session: ImportSession;
  readonly description: Import | undefined;
  readonly fields: Field[];
  readonly chosen: Set<number>;
  describe(change: Partial<Import>): void;
}

/** Fields, and options of lists, that commit creates; until then they are in this browser only. */
export class NewFields {
  /** Options that lists would have to gain, by column. */
  missing = new Map<number, string[]>();

  constructor(private readonly wizard: Extended) {}

  /** Maps a column to a field of its own, of the type that its values are of. */
  async create(index: number, name: string): Promise<void> {
    const { wizard } = this;
    const guess = await wizard.session.guess(index).catch(() => null);
    const { description } = wizard;
    if (!description) return;
    const field = newField(name, guess, wizard.fields);
    wizard.chosen.add(index);
    const others = description.columns.filter((other) => other.index !== index);
    wizard.describe({ columns: [...others, column(index, field.key)], fields: [...description.fields, field] });
  }

  /** Has commit add to a list what a column's values lack. */
  extend(index: number): void {
    const { description } = this.wizard;
    const mapped = description?.columns.find((other) => other.index === index);
    const options = this.missing.get(index) ?? [];
    this.wizard.describe({ fields: description?.fields.map((field) => (field.key === mapped?.field ? { ...field, new_options: options } : field)) ?? [] });
  }

  /** Looks at the values that are no options. */
  async look(columns: ColumnFacts[]): Promise<void> {
    const { session, fields } = this.wizard;
    const found = new Map<number, string[]>();
    for (const { index, field: key, by_code } of columns) {
      const field = by_code['not_an_option'] ? fields.find((field) => field.key === key) : undefined;
      const options = field ? missingOptions(field, await session.guess(index)) : [];
      if (options.length) found.set(index, options);
    }
    this.missing = found;
  }
}
