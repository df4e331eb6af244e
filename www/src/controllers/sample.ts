/** A sample CSV with the fields of a workspace, and how a file gets to the person's disk. */

import type { Field, Workspace } from '../session/types';

const PEOPLE: Record<string, string>[] = [
  { first_name: 'Aisyah', last_name: 'Tan', phone: '+60 12-345 6789', email: 'aisyah.tan@example.com', country: 'MY', language: 'ms', tags: 'VIP, Newsletter' },
  { first_name: 'Ken', last_name: 'Ito', phone: '+81 90-1234-5678', email: 'ken.ito@example.com', country: 'JP', language: 'ja', tags: 'Newsletter' },
  { first_name: 'Maria', last_name: 'Souza', phone: '+55 11 96123-4567', email: 'maria.souza@example.com', country: 'BR', language: 'pt', tags: '' },
];

const TYPED: Partial<Record<Field['type'], string>> = {
  checkbox: 'yes', date: '1990-01-31', email: 'someone@example.com', number: '42.5', phone: '+60 12-345 6789', text: 'Example', time: '14:30',
  url: 'https://example.com/',
};

export function sampleCsv(workspace: Workspace): Blob {
  // An id can't be known beforehand, and a closed field can't be imported.
  const fields = workspace.fields.filter((field) => field.key !== 'contact_id' && field.rule !== 'closed');
  const lines = [
    fields.map(({ name }) => name),
    ...PEOPLE.map((person) => fields.map(({ key, type, options }) => person[key] ?? TYPED[type] ?? options[0] ?? '')),
  ];
  const csv = lines.map((cells) => cells.map(quote).join(',')).join('\r\n');
  return new Blob(['\ufeff', csv, '\r\n'], { type: 'text/csv;charset=utf-8' });
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  // The marks by which text of other scripts is set apart are no part of a name.
  link.download = name.replace(/[\u2066-\u2069]/g, '');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
