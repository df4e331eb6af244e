/** The import as the person describes it: first guesses, and what is missing before it can be carried out. */

import type { TextKey } from '../text/text';
import type { Column, FileFacts, Identifier, Import, Workspace } from '../session/types';

export const IDENTIFIERS: Identifier[] = ['phone', 'email', 'contact_id'];

export function adds(description: Import): boolean {
  return description.purpose !== 'update';
}

export function updates(description: Import): boolean {
  return description.purpose === 'update' || description.purpose === 'add_and_update';
}

/** Contact ID serves purposes that update. */
export function identifiersFor(description: Import): Identifier[] {
  return updates(description) ? IDENTIFIERS : IDENTIFIERS.filter((identifier) => identifier !== 'contact_id');
}

/** What is proposed for a file: columns as suggested, found by what the file has. */
export function propose(facts: FileFacts, workspace: Workspace): Import {
  const fields = new Map(workspace.fields.map((field) => [field.key, field]));
  const columns: Column[] = [];
  facts.suggestions.forEach((suggestion, index) => {
    const field = suggestion && fields.get(suggestion.field);
    if (!field || field.key === 'contact_id' || field.rule === 'closed') return;
    columns.push(column(index, field.key));
  });
  const mapped = new Set(columns.map(({ field }) => field));
  const identifiers = (['phone', 'email'] as const).filter((identifier) => mapped.has(identifier));
  return withFields(
    {
      purpose: 'add_and_update',
      identifiers: identifiers.length ? [...identifiers] : ['phone'],
      duplicates: 'keep_first',
      default_country: null,
      tags: [],
      fields: [],
      rules: {},
      columns,
    },
    workspace,
  );
}

export function column(index: number, field: string): Column {
  return { index, field, policy: 'overwrite', invalid: 'reject_row', format: 'auto' };
}

/** Contact ID is mapped as an identifier or not at all: its column comes and goes with that choice. */
export function followIdentifiers({ identifiers, columns }: Import, facts: FileFacts): Column[] {
  const others = columns.filter(({ field }) => field !== 'contact_id');
  if (!identifiers.includes('contact_id')) return others;
  if (others.length < columns.length) return columns;
  const index = facts.suggestions.findIndex((suggestion) => suggestion?.field === 'contact_id');
  const free = index >= 0 && !columns.some((other) => other.index === index);
  return free ? [...columns, column(index, 'contact_id')] : columns;
}

/** Fills in what follows from the columns: custom fields and rules, and choices that the purpose or field doesn't have. */
export function withFields(description: Import, workspace: Workspace): Import {
  const fields = new Map(workspace.fields.map((field) => [field.key, field]));
  const mapped = description.columns.flatMap(({ field }) => fields.get(field) ?? []);
  const identifiers = description.purpose === 'add_all' ? [] : description.identifiers.filter((identifier) => identifiersFor(description).includes(identifier));
  return {
    ...description,
    identifiers,
    columns: description.columns
      .map((column) => ({
        ...column,
        policy: updates(description) && policies(column.field, identifiers).includes(column.policy) ? column.policy : 'overwrite' as const,
        invalid: identifiers.includes(column.field as Identifier) ? 'reject_row' as const : column.invalid,
      }))
      .sort((a, b) => a.index - b.index),
    fields: mapped
      .filter(({ key }) => !STANDARD.has(key))
      .map(({ key, name, type, options }) => ({ key, name, type, options, create: false, new_options: [] })),
    rules: Object.fromEntries(mapped.filter(({ rule }) => rule !== 'open').map(({ key, rule }) => [key, rule])),
  };
}

/** The policies that a column can have. */
export function policies(field: string, identifiers: Identifier[]): Column['policy'][] {
  if (field === 'tags') return [];
  const kept = field === 'first_name' || identifiers.includes(field as Identifier);
  return kept ? ['overwrite', 'do_not_overwrite'] : ['overwrite', 'do_not_overwrite', 'overwrite_and_clear'];
}

export interface Need {
  key: TextKey;
  /** The field that it is about. */
  field: string | null;
}

/** What stands between the description and the check of its rows. */
export function needs(description: Import, workspace: Workspace): Need[] {
  const mapped = new Set(description.columns.map(({ field }) => field));
  const found: Need[] = [];
  if (mapped.size === 0) found.push({ key: 'map.need.column', field: null });
  if (adds(description) && !mapped.has('first_name')) found.push({ key: 'map.need.first_name', field: 'first_name' });
  for (const identifier of description.identifiers) {
    if (!mapped.has(identifier)) found.push({ key: 'map.need.identifier', field: identifier });
  }
  if (mapped.has('contact_id') && !description.identifiers.includes('contact_id')) {
    found.push({ key: 'map.need.contact_id', field: 'contact_id' });
  }
  for (const field of workspace.fields) {
    if (mapped.has(field.key) && field.rule === 'closed') found.push({ key: 'map.need.closed', field: field.key });
  }
  return found;
}

const STANDARD = new Set(['contact_id', 'first_name', 'last_name', 'phone', 'email', 'country', 'language', 'tags']);
