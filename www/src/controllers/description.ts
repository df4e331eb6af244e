/** The import as the person describes it: first guesses, and what is missing before it can be carried out. */

import type { Text, TextKey } from '../text/text';
import type { Column, ColumnFacts, Field, FieldGuess, FieldType, FileFacts, Identifier, Import, Workspace } from '../session/types';

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

/** First and last name in one cell: a target without a field of its own. */
export const FULL_NAME = 'full_name';

/** The fields that a full name is split into. */
const NAMES = ['first_name', 'last_name'];

/** Whether another column takes what this field would hold. */
export function rivals(field: string): string[] {
  if (field === FULL_NAME) return [FULL_NAME, ...NAMES];
  return NAMES.includes(field) ? [field, FULL_NAME] : [field];
}

/** What people call a field, if only by its key. */
export function fieldName(text: Text, fields: Field[], key: string): string {
  return fields.find((field) => field.key === key)?.name ?? text.find(`field.${key}`) ?? key;
}

/** The types that a field of a workspace's own can have. */
export const OWN_TYPES: FieldType[] = ['text', 'list', 'checkbox', 'email', 'number', 'url', 'date', 'time'];

/** The workspace's fields, and those that the import creates. */
export function allFields(workspace: Workspace, description: Import | undefined): Field[] {
  const created = description?.fields.filter(({ key, create }) => create && !workspace.fields.some((field) => field.key === key)) ?? [];
  return [...workspace.fields, ...created.map(({ key, name, type, options }): Field => ({ key, name, type, options, rule: 'open' }))];
}

/** A new field for a column, of the type that its values are of. */
export function newField(name: string, guess: FieldGuess | null, fields: Field[]): Import['fields'][number] {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '').slice(0, 56) || 'field';
  const taken = new Set([...fields.map(({ key }) => key), FULL_NAME]);
  let key = plain;
  for (let n = 2; taken.has(key); n++) key = `${plain}_${n}`;
  const type = guess?.type ?? 'text';
  return { key, name: name.trim().slice(0, 255), type, options: type === 'list' ? (guess?.options ?? []) : [], create: true, new_options: [] };
}

/** Values of a column that a list would have to gain as options; none where they are no list's. */
export function missingOptions(field: Field, guess: FieldGuess | null): string[] {
  const known = new Set(field.options.map((option) => option.toLowerCase()));
  return guess?.type === 'list' ? guess.options.filter((option) => !known.has(option.toLowerCase())) : [];
}

/** What a column can be mapped to, under the names that people know. */
export function targets(fields: Field[], fullName: string): Field[] {
  const at = fields.findIndex(({ key }) => key === 'last_name') + 1;
  const open = fields.filter(({ key }) => NAMES.includes(key)).every(({ rule }) => rule !== 'closed');
  const target: Field = { key: FULL_NAME, name: fullName, type: 'text', options: [], rule: open ? 'open' : 'closed' };
  return [...fields.slice(0, at), target, ...fields.slice(at)];
}

/** What is proposed for a file: columns as suggested, found by what the file has. */
export function propose(facts: FileFacts, workspace: Workspace): Import {
  const fields = new Map(workspace.fields.map((field) => [field.key, field]));
  const columns: Column[] = [];
  facts.suggestions.forEach((suggestion, index) => {
    if (suggestion?.field === FULL_NAME) return columns.push(column(index, FULL_NAME));
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

/** Choices that were made for the workspace as it was, as far as they can still be. */
export function adapt(description: Import, workspace: Workspace): Import {
  const open = new Set(allFields(workspace, description).filter(({ rule }) => rule !== 'closed').map(({ key }) => key));
  return withFields({ ...description, columns: description.columns.filter(({ field }) => field === FULL_NAME || open.has(field)) }, workspace);
}

/** The same, with the identifier first that most rows have. */
export function byCoverage(description: Import, columns: ColumnFacts[]): Import {
  const filled = (identifier: Identifier) => columns.find(({ field }) => field === identifier)?.filled ?? 0;
  const identifiers = [...description.identifiers].sort((a, b) => filled(b) - filled(a));
  return identifiers.join() === description.identifiers.join() ? description : { ...description, identifiers };
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
    fields: [
      ...mapped
        .filter(({ key }) => !STANDARD.has(key))
        .map(({ key, name, type, options }) => ({ key, name, type, options, create: false, new_options: description.fields.find((field) => field.key === key)?.new_options ?? [] })),
      ...description.fields.filter(({ key, create }) => create && !fields.has(key) && description.columns.some(({ field }) => field === key)),
    ],
    rules: Object.fromEntries(mapped.filter(({ rule }) => rule !== 'open').map(({ key, rule }) => [key, rule])),
  };
}

/** The policies that a column can have. */
export function policies(field: string, identifiers: Identifier[]): Column['policy'][] {
  if (field === 'tags') return [];
  const kept = field === 'first_name' || field === FULL_NAME || identifiers.includes(field as Identifier);
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
  if (adds(description) && !mapped.has('first_name') && !mapped.has(FULL_NAME)) found.push({ key: 'map.need.first_name', field: 'first_name' });
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
