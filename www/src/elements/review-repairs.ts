import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Offer, Severity } from '../session/types';
import { base } from '../styles/base';
import { groupName } from '../text/sentences';
import { define, WizardElement } from './element';
import * as icons from './icons';

/** Offers that are seen without asking. */
const FEW = 3;

/** What can be done about many cells at once: a line and a button for each kind of mistake. */
export class ReviewRepairs extends WizardElement {
  static override styles = [
    base,
    css`
      p { margin-block-end: 4px; color: var(--muted); font-size: 12px; line-height: 16px; }
      ul { display: grid; border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); }
      li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding-block: 8px; padding-inline: 14px 8px; }
      li + li { border-block-start: 1px solid var(--border); }
      .what { flex: 1 1 320px; min-inline-size: 0; }
      .example { display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; color: var(--muted); font-size: 13px; }
      .example bdi { min-inline-size: 0; }
      ins { color: var(--updated); text-decoration: none; font-weight: 500; }
      .all { justify-content: center; padding: 4px; }
      svg:dir(rtl) { rotate: 180deg; }
    `,
  ];

  /** Of errors, or of what is good to know. */
  @property() severity: Severity = 'error';
  @state() private all = false;

  override render() {
    const { text, wizard, severity } = this;
    const offers = wizard.corrections.offers.filter((offer) => offer.severity === severity).sort((a, b) => rank(a) - rank(b));
    if (!offers.length) return nothing;
    const shown = this.all ? offers : offers.slice(0, FEW);
    return html`<p id="label">${text.say('repair.label')}</p><ul aria-labelledby="label">
      ${shown.map((offer) => this.offer(offer))}
      ${offers.length > shown.length
        ? html`<li class="all"><button class="link" @click=${() => (this.all = true)}>${text.say('repair.more', { n: offers.length - shown.length })}</button></li>`
        : nothing}
    </ul>`;
  }

  private offer(offer: Offer): TemplateResult {
    const { text, wizard } = this;
    const sentence = this.sentence(offer);
    const [example] = offer.examples;
    return html`<li data-offer=${offer.id}>
      <span class="what"><strong class="number">${sentence}</strong>
        ${example && offer.remedy !== 'leave_out'
          ? html`<span class="example"><bdi class="clip">${example.old}</bdi>${icons.arrowSmall()}<ins class="clip"><bdi>${example.new || text.say('map.empty')}</bdi></ins></span>`
          : nothing}</span>
      <button class="button small" part="button" ?disabled=${wizard.corrections.busy} aria-label=${`${text.say(`repair.do.${offer.remedy}`)}: ${sentence}`}
        @click=${() => void wizard.corrections.repair(offer.id)}>${text.say(`repair.do.${offer.remedy}`)}</button>
    </li>`;
  }

  private sentence({ remedy, count, column, code, prefix, examples }: Offer): string {
    const { text, wizard } = this;
    const values = {
      n: count, column: column === null ? '' : (wizard.facts?.header[column] ?? ''), what: groupName(text, code), prefix: prefix ?? '',
      old: examples[0]?.old ?? '', new: examples[0]?.new ?? '',
    };
    return text.say(remedy === 'suggestion' && prefix ? 'repair.prefix' : `repair.${remedy}`, values);
  }
}

/** What keeps rows goes before what leaves them out; then what helps most. */
function rank({ remedy, count }: Offer): number {
  return (remedy === 'leave_out' ? 1 : 0) - count / 1e9;
}

define('muster-review-repairs', ReviewRepairs);
