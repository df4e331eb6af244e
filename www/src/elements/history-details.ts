import { html, nothing, type TemplateResult } from 'lit';
import type { ImportDetails, ImportView } from '../api/client';
import { daysLeft, isProcessing, possible } from '../controllers/history';
import { groupName } from '../text/sentences';
import type { Text } from '../text/text';
import * as icons from './icons';

export interface Shown {
  text: Text;
  nameOf(field: string): string;
  download(view: ImportView): void;
  downloadKept(view: ImportView): void;
}

/** What a row of the history opens to. */
export function details({ text, nameOf, download, downloadKept }: Shown, view: ImportView, found: ImportDetails | undefined): TemplateResult {
  if (!found) return html`<div class="later muted loading" role="status"><span class="spinner"></span>${text.say('details.loading')}</div>`;
  const identifiers = found.import.identifiers ?? [];
  const facts: [string, string][] = [
    [text.say('details.purpose'), text.say(`purpose.${found.import.purpose}`)],
    [text.say('details.identifiers'), identifiers.length ? identifiers.map(nameOf).join(' → ') : text.say('details.identifiers.none')],
    [text.say('details.mapping'), text.list(found.import.columns.map(({ field }) => nameOf(field)))],
    [text.say('details.rows'), text.number(view.rows)],
    [text.say('details.unchanged'), text.number(view.counts.unchanged)],
    [text.say('details.skipped'), text.number(view.counts.skipped)],
    [text.say('details.size'), text.bytes(view.file_size)],
    [text.say('details.sent'), text.bytes(view.bytes_received)],
    [text.say('details.user'), view.uploaded_by],
  ];
  if (view.finished_at) facts.push([text.say('details.duration'), text.duration(Date.parse(view.finished_at) - Date.parse(view.created_at))]);
  if (found.file_tags.length) facts.push([text.say('details.file_tags'), text.list(found.file_tags)]);
  if (view.reason) facts.push([text.say('details.reason'), groupName(text, view.reason)]);
  return html`<div class="open">
    <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="number">${value}</dd></div>`)}</dl>
    <div class="side">
      <h3>${text.say('details.errors')}</h3>
      ${errors(text, found)}
      ${results(text, view, download)}
      ${undone(text, view, nameOf, downloadKept)}
    </div>
  </div>`;
}

function errors(text: Text, { errors_by_code }: ImportDetails): TemplateResult {
  const codes = Object.entries(errors_by_code).sort((a, b) => b[1] - a[1]);
  if (!codes.length) return html`<p class="muted">${text.say('details.errors.none')}</p>`;
  return html`<ul class="codes">${codes.map(
    ([code, n]) => html`<li><span class="number">${text.number(n)}</span> ${groupName(text, code)}</li>`,
  )}</ul>`;
}

function results(text: Text, view: ImportView, download: (view: ImportView) => void): TemplateResult {
  if (isProcessing(view)) return html`<p class="muted">${text.say('details.results.later')}</p>`;
  if (!possible(view).results) return html`<p class="muted">${text.say('details.results.expired')}</p>`;
  return html`<p class="results">
    <button class="button small" part="button" @click=${() => download(view)}>${icons.download()}${text.say('details.results')}</button>
    <span class="muted">${text.say('details.results.left', { n: daysLeft(view) })}</span>
  </p>`;
}

/** What the last undo did, and what it left alone. */
function undone(text: Text, view: ImportView, nameOf: (field: string) => string, download: (view: ImportView) => void): TemplateResult | typeof nothing {
  const { undo } = view;
  if (!undo) return nothing;
  const what = undo.fields ? text.list(undo.fields.map(nameOf)) : text.say('undo.all');
  const facts = [text.say('undone.restored', { n: undo.restored }), text.say('undone.deleted', { n: undo.deleted }), text.say('undone.kept', { n: undo.kept })];
  return html`<h3>${text.say('undone.title')}</h3>
    <p>${what} · ${undo.by}${undo.finished_at ? html` · ${text.when(undo.finished_at)}` : nothing}</p>
    <ul class="number">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
    ${undo.kept && undo.finished_at ? html`<p><button class="button small" part="button" @click=${() => download(view)}>${icons.download()}${text.say('undone.list')}</button></p>` : nothing}`;
}
