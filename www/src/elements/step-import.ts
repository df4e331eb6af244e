import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { ImportDetails, ImportView } from '../api/client';
import { possible } from '../controllers/history';
import { fieldName } from '../controllers/description';
import type { Counts } from '../session/types';
import { base } from '../styles/base';
import { errorSentence } from '../text/sentences';
import { OUTCOMES } from './cells';
import { define, WizardElement } from './element';
import * as icons from './icons';
import './undo-dialog';

/** The import under way, and how it ended. */
export class StepImport extends WizardElement {
  static override styles = [
    base,
    css`
      :host { display: grid; gap: 20px; max-inline-size: 760px; }
      .progress { display: grid; gap: 10px; padding: 20px; border: 1px solid var(--border); border-radius: calc(var(--radius) + 2px); }
      .line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; }
      .line strong { font-weight: 600; }
      progress { block-size: 8px; border-radius: 4px; }
      .ended { display: flex; align-items: center; gap: 14px; }
      .badge { display: grid; place-items: center; flex: none; inline-size: 44px; block-size: 44px; border-radius: 50%; background: color-mix(in srgb, var(--tone) 12%, var(--surface)); color: var(--tone); }
      .good { --tone: var(--new); } .bad { --tone: var(--error); } .calm { --tone: var(--unchanged); }
      .counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 8px; }
      .counts div { display: grid; gap: 2px; padding: 12px 14px; border: 1px solid var(--border); border-radius: var(--radius); }
      dt { display: flex; align-items: center; gap: 6px; color: var(--tone); font-size: 13px; font-weight: 500; }
      dd { font-size: 20px; line-height: 26px; font-weight: 600; }
      .new { --tone: var(--new); } .updated { --tone: var(--updated); } .unchanged { --tone: var(--unchanged); } .skipped { --tone: var(--skipped); } .error { --tone: var(--error); }
      .sent { font-size: 13px; }
    `,
  ];

  /** What the person is about to take back. */
  @state() private undoing: ImportDetails | undefined;

  /** Asks what to take back. */
  async takeBack(): Promise<void> {
    this.undoing = await this.wizard.run.details();
  }

  override render() {
    switch (this.wizard.run.phase) {
      case 'uploading': case 'cancelling': return this.uploading();
      case 'applying': return this.applying();
      case 'complete': case 'failed': return this.summary();
      case 'cancelled': return this.ended('calm', icons.info(22), this.text.say('import.cancelled.lead'));
      case 'not_started': return this.ended('bad', icons.warn(22), this.text.say('import.start_failed.lead', { reason: errorSentence(this.text, this.wizard.run.error) }));
      default: return nothing;
    }
  }

  private uploading(): TemplateResult {
    const { text, wizard } = this;
    const progress = wizard.progress?.step === 'upload' ? wizard.progress : undefined;
    return html`<div class="progress">
      <div class="line"><strong>${text.say('import.uploading')}</strong><span class="muted number">${progress
        ? text.say('import.upload.of', {
            sent: text.bytes(progress.bytes), of: text.bytes(progress.of),
            batches: text.say('import.upload.batches', { done: progress.batches, n: progress.of_batches }),
          })
        : nothing}</span></div>
      <progress aria-label=${text.say('import.bar')} max=${progress?.of || 1} value=${progress?.bytes ?? 0}></progress>
      <p class="muted">${text.say('import.uploading.lead')}</p>
    </div>`;
  }

  private applying(): TemplateResult {
    const { text, wizard } = this;
    const view = wizard.run.view;
    if (!view) return html``;
    const waiting = view.phase !== 'applying';
    return html`<div class="progress">
        <div class="line"><strong>${text.say(waiting ? 'import.queued' : 'import.applying')}</strong>
          <span class="muted number">${text.say('import.apply.of', { applied: view.applied, of: view.to_apply })} · ${text.percent(view.to_apply ? view.applied / view.to_apply : 0)}${wizard.run.left === undefined ? nothing : ` · ${text.say('import.left', { time: text.duration(wizard.run.left) })}`}</span></div>
        <progress aria-label=${text.say('import.bar')} max=${view.to_apply || 1} value=${view.applied}></progress>
        <p class="sent muted number">${text.say('import.sent', { sent: text.bytes(view.bytes_received), size: text.bytes(view.file_size) })}</p>
        ${possible(view).stop ? html`<p><button class="button small" part="button" @click=${() => void wizard.run.stop()}>${text.say('menu.stop')}</button></p>` : nothing}
        ${wizard.run.interrupted ? html`<p class="muted" role="status">${text.say('import.poll_failed')}</p>` : nothing}
      </div>
      <div class="notice" role="status">${icons.check()}<div><h3>${text.say('import.close_tab')}</h3><p class="muted">${text.say('import.close_tab.lead')}</p></div></div>`;
  }

  private summary(): TemplateResult {
    const { text, wizard } = this;
    const view = wizard.run.view;
    if (!view) return html``;
    const good = wizard.run.phase === 'complete';
    return html`
      ${good
        ? this.ended('good', icons.check(22), text.say('import.complete.lead', { name: view.file_name }))
        : this.ended('bad', icons.warn(22), text.say('import.failed.lead'))}
      ${this.counts(view.counts)}
      ${this.taken(view)}
      <p class="sent muted number">${text.say('import.sent', { sent: text.bytes(view.bytes_received), size: text.bytes(view.file_size) })}</p>
    `;
  }

  /** The way back, and how it went. */
  private taken(view: ImportView): TemplateResult {
    const { text, wizard } = this;
    const { undo } = view;
    const running = undo?.status === 'queued' || undo?.status === 'undoing';
    return html`
      ${wizard.run.error ? html`<div class="notice error" role="alert">${icons.warn()}<div>${errorSentence(text, wizard.run.error)}</div></div>` : nothing}
      ${undo
        ? html`<div class="notice" role="status">${running ? html`<span class="spinner"></span>` : icons.undo()}<div class="number">${running
            ? text.say('status.undoing')
            : text.list([text.say('undone.restored', { n: undo.restored }), text.say('undone.deleted', { n: undo.deleted }), text.say('undone.kept', { n: undo.kept })])}</div></div>`
        : nothing}
      ${this.undoing
        ? html`<muster-undo-dialog .text=${text} .details=${this.undoing} .nameOf=${(key: string) => fieldName(text, wizard.fields, key)}
            @undo=${({ detail }: CustomEvent<string[] | null>) => void wizard.run.undo(detail)} @close=${() => (this.undoing = undefined)}></muster-undo-dialog>`
        : nothing}`;
  }

  private counts(counts: Counts): TemplateResult {
    const { text } = this;
    return html`<dl class="counts">${OUTCOMES.map(
      (outcome) => html`<div class=${outcome} data-outcome=${outcome}><dt>${icons.outcome(outcome)}${text.say(`outcome.${outcome}`)}</dt><dd class="number">${text.number(counts[outcome])}</dd></div>`,
    )}</dl>`;
  }

  private ended(tone: 'good' | 'bad' | 'calm', icon: TemplateResult, sentence: string): TemplateResult {
    return html`<div class="ended ${tone}" role="status"><span class="badge">${icon}</span><p>${sentence}</p></div>`;
  }
}

define('muster-step-import', StepImport);
