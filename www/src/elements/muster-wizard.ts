import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { possible } from '../controllers/history';
import { STEPS } from '../controllers/options';
import type { Step } from '../events';
import { InvalidImportError } from '../session/session';
import { base } from '../styles/base';
import { alarmSentence, errorSentence } from '../text/sentences';
import { define, WizardElement } from './element';
import * as icons from './icons';
import { wizardStyles } from './wizard.styles';
import './step-upload';
import './step-purpose';
import './step-map';
import './step-review';
import type { StepImport } from './step-import';
import './step-import';

/** More new tags than these are asked about: a column of values may have been taken for tags. */
const MANY_TAGS = 20;

interface Action {
  label: string;
  run(): unknown;
  disabled?: boolean;
  /** Not the way on. */
  plain?: boolean;
}

/** The frame of the wizard: stepper, the step's question, and one primary button in the same corner. */
export class MusterWizard extends WizardElement {
  static override styles = [base, wizardStyles];
  /** What the person is asked before it goes on. */
  @state() private asking: 'leave' | 'alarm' | undefined;
  private shown: Step | undefined;

  constructor() {
    super();
    this.addEventListener('keydown', (event) => this.keydown(event));
  }

  override render() {
    const { text, wizard } = this;
    return html`
      <div class="top">
        ${this.stepper()}
        <button class="icon-button" aria-label=${text.say('leave.go')} title=${text.say('leave.go')} @click=${this.leave}>${icons.cross()}</button>
      </div>
      <div class="body">
        ${wizard.trapped ? this.trap() : html`<h2 tabindex="-1" id="title">${this.heading()}</h2>${this.notice()}${this.body()}`}
      </div>
      ${wizard.trapped ? nothing : this.footer()}
      ${this.asking === 'leave' ? this.leaving() : this.asking === 'alarm' ? this.alarm() : nothing}
    `;
  }

  override updated(_changed: PropertyValues): void {
    const { wizard } = this;
    if (this.shown !== wizard.step) {
      this.shown = wizard.step;
      this.renderRoot.querySelector<HTMLElement>('#title')?.focus();
    }
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  private stepper(): TemplateResult {
    const { text, wizard } = this;
    const current = STEPS.indexOf(wizard.step);
    const fixed = wizard.busy === 'check' || (wizard.step === 'import' && wizard.run.phase !== 'cancelled' && wizard.run.phase !== 'not_started');
    return html`<nav aria-label=${text.say('steps.label')} part="steps"><ol>
      ${STEPS.map((step, index) => {
        const name = text.say(`step.${step}`);
        const done = index < current;
        const mark = html`<span class="mark number" aria-hidden="true">${done ? icons.check(12) : index + 1}</span>`;
        return html`<li part="step" class=${done ? 'done' : index === current ? 'current' : 'ahead'}>
          ${done && !fixed
            ? html`<button aria-label=${text.say('step.done', { step: name })} @click=${() => wizard.go(step)}>${mark}<span>${name}</span></button>`
            : html`<span class="step" aria-current=${index === current ? 'step' : nothing}>${mark}<span>${name}</span></span>`}
        </li>`;
      })}
    </ol></nav>`;
  }

  private heading(): string {
    const { text, wizard } = this;
    if (wizard.step === 'import') {
      const name = wizard.file?.name ?? '';
      switch (wizard.run.phase) {
        case 'cancelled': return text.say('import.cancelled.title');
        case 'not_started': return text.say('import.start_failed.title');
        case 'complete': return text.say('import.complete.title');
        case 'failed': return text.say('import.failed.title');
        default: return text.say('import.title', { name });
      }
    }
    return text.say(wizard.busy === 'check' ? 'compare.title' : `${wizard.step}.title`);
  }

  private notice(): TemplateResult | typeof nothing {
    const { text, wizard } = this;
    if (!wizard.error || wizard.step === 'import') return nothing;
    const message = wizard.error instanceof InvalidImportError
      ? text.say('map.invalid_import', { message: wizard.error.message })
      : errorSentence(text, wizard.error);
    return html`<div class="notice error" role="alert">${icons.warn()}<div>${message}</div>
      ${wizard.step === 'review' ? html`<button class="button small" part="button" @click=${() => void wizard.check()}>${text.say('action.retry')}</button>` : nothing}</div>`;
  }

  private body(): TemplateResult {
    const { text, wizard } = this;
    if (wizard.busy === 'check') return this.checking();
    switch (wizard.step) {
      case 'upload': return html`<muster-step-upload .text=${text} .wizard=${wizard}></muster-step-upload>`;
      case 'purpose': return html`<muster-step-purpose .text=${text} .wizard=${wizard}></muster-step-purpose>`;
      case 'map': return html`<muster-step-map .text=${text} .wizard=${wizard}></muster-step-map>`;
      case 'review': return html`<muster-step-review exportparts="grid, tabs, button" .text=${text} .wizard=${wizard}></muster-step-review>`;
      case 'import': return html`<muster-step-import exportparts="button" .text=${text} .wizard=${wizard}></muster-step-import>`;
    }
  }

  private checking(): TemplateResult {
    const { text, wizard } = this;
    const progress = wizard.progress?.step === 'look-up' ? wizard.progress : undefined;
    return html`<div class="checking" role="status">
      <progress class="later" aria-label=${text.say('compare.title')} max=${progress?.of ?? 1} value=${progress ? progress.done : nothing}></progress>
      <p class="muted later number">${progress
        ? html`${text.say('compare.lookup', { workspace: wizard.workspace.name })} · ${text.say('compare.looked', { done: progress.looked_up, of: progress.to_look_up })}`
        : text.say('compare.validate')}</p>
    </div>`;
  }

  private footer(): TemplateResult {
    const { text, wizard } = this;
    const action = this.action();
    const back = wizard.busy !== 'check' && wizard.step !== 'import' && wizard.step !== 'upload';
    return html`<footer part="footer">
      ${back ? html`<button class="button" part="button" @click=${() => wizard.go(STEPS[STEPS.indexOf(wizard.step) - 1] ?? 'upload')}>${text.say('action.back')}</button>` : nothing}
      <span class="gap"></span>
      ${wizard.step === 'import' && wizard.run.view && possible(wizard.run.view).undo
        ? html`<button class="button" part="button" @click=${() => void this.renderRoot.querySelector<StepImport>('muster-step-import')?.takeBack()}>${icons.undo()}${text.say('menu.undo')}</button>`
        : nothing}
      ${action ? html`<button class="button ${action.plain ? '' : 'primary'}" part="button ${action.plain ? '' : 'button-primary'}" ?disabled=${action.disabled} @click=${action.run}>${action.label}</button>` : nothing}
    </footer>`;
  }

  private action(): Action | undefined {
    const { text, wizard } = this;
    const rows = text.say('count.rows', { n: wizard.facts?.rows ?? 0 });
    switch (wizard.step) {
      case 'upload':
        return { label: wizard.facts ? text.say('upload.next', { rows }) : text.say('upload.choose'), disabled: wizard.busy === 'read', run: () => (wizard.facts ? wizard.go('purpose') : this.choose()) };
      case 'purpose': {
        const missing = wizard.description?.purpose !== 'add_all' && !wizard.description?.identifiers.length;
        return { label: text.say('purpose.next'), disabled: missing, run: () => wizard.go('map') };
      }
      case 'map':
        return { label: text.say('map.next', { rows }), disabled: wizard.needs.length > 0 || wizard.busy === 'check', run: () => wizard.check() };
      case 'review': {
        const counts = wizard.verdict?.counts;
        const n = counts ? counts.new + counts.updated : 0;
        return { label: n ? text.say('review.import', { n }) : text.say('review.nothing'), disabled: n === 0, run: () => this.begin() };
      }
      case 'import':
        switch (wizard.run.phase) {
          case 'complete': case 'failed': return { label: text.say('action.done'), run: () => this.quit() };
          case 'applying': return { label: text.say('import.history'), plain: true, run: () => this.quit() };
          case 'cancelled': return { label: text.say('action.back'), run: () => wizard.go('review') };
          case 'not_started': return { label: text.say('action.retry'), run: () => wizard.import() };
          default: return { label: text.say(wizard.run.phase === 'cancelling' ? 'import.cancelling' : 'import.cancel'), disabled: wizard.run.phase === 'cancelling', plain: true, run: () => wizard.cancel() };
        }
    }
  }

  private trap(): TemplateResult {
    const { text, wizard } = this;
    return html`<section class="trap" role="alert">
      <span class="badge">${icons.warn(28)}</span>
      <h2 tabindex="-1" id="title">${text.say('trap.title')}</h2>
      <p class="muted">${text.say('trap.lead')}</p>
      <p class="actions">
        <button class="button primary" part="button button-primary" @click=${() => void wizard.again()}>${wizard.file ? text.say('trap.again', { name: wizard.file.name }) : text.say('action.retry')}</button>
        <button class="button" part="button" @click=${this.quit}>${text.say('trap.discard')}</button>
      </p>
    </section>`;
  }

  /** Import, unless something should be looked at first. */
  private begin(): void {
    const { wizard } = this;
    if (wizard.corrections.alarms.length || this.manyTags) this.asking = 'alarm';
    else void wizard.import();
  }

  private get manyTags(): string[] | undefined {
    const tags = this.wizard.corrections.creations?.tags ?? [];
    return tags.length > MANY_TAGS ? tags : undefined;
  }

  private alarm(): TemplateResult {
    const { text, wizard, manyTags } = this;
    const { alarms } = wizard.corrections;
    const impossible = alarms.some(({ kind }) => kind === 'too_many_new_tags');
    const close = () => (this.asking = undefined);
    const anyway = () => {
      close();
      void wizard.import();
    };
    return html`<dialog aria-labelledby="alarm-title" aria-describedby="alarm-lead" @close=${close}>
      <h2 id="alarm-title">${text.say('alarm.title')}</h2>
      <div id="alarm-lead">
        ${alarms.map((alarm) => html`<p>${alarmSentence(text, alarm, wizard.workspace)}</p>`)}
        ${manyTags ? html`<p>${text.say('alarm.tags', { n: manyTags.length, names: text.list(manyTags.slice(0, 5)) })}</p>` : nothing}
      </div>
      <p class="actions">
        ${impossible ? nothing : html`<button class="button" @click=${anyway}>${text.say('alarm.anyway')}</button>`}
        <button class="button primary" autofocus @click=${close}>${text.say('alarm.back')}</button>
      </p>
    </dialog>`;
  }

  private leaving(): TemplateResult {
    const { text, wizard } = this;
    const close = () => (this.asking = undefined);
    return html`<dialog aria-labelledby="leave-title" aria-describedby="leave-lead" @close=${close}>
      <h2 id="leave-title">${text.say('leave.title')}</h2>
      <p id="leave-lead" class="muted">${text.say(wizard.run.phase === 'uploading' ? 'leave.uploading' : 'leave.lead')}</p>
      <p class="actions">
        <button class="button danger" @click=${this.quit}>${text.say('leave.go')}</button>
        <button class="button primary" autofocus @click=${close}>${text.say('leave.stay')}</button>
      </p>
    </dialog>`;
  }

  private choose(): void {
    this.renderRoot.querySelector<HTMLElement & { choose(): void }>('muster-step-upload')?.choose();
  }

  private keydown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || this.asking) return;
    event.preventDefault();
    this.leave();
  }

  private readonly leave = () => {
    if (this.wizard.hasWork) this.asking = 'leave';
    else void this.quit();
  };

  private readonly quit = async () => {
    this.asking = undefined;
    if (this.wizard.run.phase === 'uploading') await this.wizard.cancel();
    await this.wizard.forget();
    this.dispatchEvent(new CustomEvent('leave'));
  };
}

define('muster-wizard', MusterWizard);
