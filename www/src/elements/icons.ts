/** Small line icons, drawn with the text's colour. All are decoration: the words beside them speak. */

import { svg, html, type TemplateResult, type SVGTemplateResult } from 'lit';
import type { Outcome } from '../session/types';

const icon = (paths: SVGTemplateResult, size = 16): TemplateResult => html`<svg
  width=${size} height=${size} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
  stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`;

export const check = (size?: number) => icon(svg`<path d="m3 8.5 3.2 3.2L13 5"/>`, size);
export const cross = (size?: number) => icon(svg`<path d="m4 4 8 8m0-8-8 8"/>`, size);
export const plus = (size?: number) => icon(svg`<path d="M8 3v10M3 8h10"/>`, size);
export const arrowSmall = () => icon(svg`<path d="M4 8h8M9 5l3 3-3 3"/>`, 12);
export const arrowUp = () => icon(svg`<path d="M8 13V3M4 7l4-4 4 4"/>`);
export const arrowDown = () => icon(svg`<path d="M8 3v10M4 9l4 4 4-4"/>`);
export const arrowEnd = () => icon(svg`<path d="M3 8h10M9 4l4 4-4 4"/>`);
export const chevron = () => icon(svg`<path d="m6 4 4 4-4 4"/>`);
export const upload = (size?: number) => icon(svg`<path d="M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2"/>`, size);
export const download = (size?: number) => icon(svg`<path d="M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2"/>`, size);
export const lock = () => icon(svg`<rect x="3" y="7" width="10" height="6.5" rx="1.5"/><path d="M5.3 7V5a2.7 2.7 0 0 1 5.4 0v2"/>`);
export const warn = (size?: number) => icon(svg`<path d="M8 2.2 14.3 13H1.7zM8 6.5v3M8 11.3v.1"/>`, size);
export const info = (size?: number) => icon(svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.3v3.4M8 5.1v.1"/>`, size);
export const file = (size?: number) => icon(svg`<path d="M9 1.8H4.5a1 1 0 0 0-1 1v10.4a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V5.3zM9 1.8v3.5h3.5M6 8.5h4M6 11h4"/>`, size);
export const people = (size?: number) => icon(svg`<circle cx="6" cy="5.3" r="2.5"/><path d="M1.6 13.2c.4-2.6 2.1-4 4.4-4s4 1.4 4.4 4M10.4 3a2.5 2.5 0 0 1 0 4.6M11.9 9.6c1.4.6 2.3 1.8 2.5 3.6"/>`, size);

const outcomes: Record<Outcome, SVGTemplateResult> = {
  new: svg`<circle cx="8" cy="8" r="6"/><path d="M8 5.4v5.2M5.4 8h5.2"/>`,
  updated: svg`<circle cx="8" cy="8" r="6"/><path d="M5.3 8h5M8.3 5.8 10.5 8l-2.2 2.2"/>`,
  unchanged: svg`<circle cx="8" cy="8" r="6"/><path d="M5.6 6.8h4.8M5.6 9.3h4.8"/>`,
  skipped: svg`<circle cx="8" cy="8" r="6"/><path d="M3.8 3.8l8.4 8.4"/>`,
  error: svg`<circle cx="8" cy="8" r="6"/><path d="M8 4.8v3.7M8 11v.1"/>`,
};

export const outcome = (name: Outcome, size?: number) => icon(outcomes[name], size);
export const search = () => icon(svg`<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>`);
export const undo = () => icon(svg`<path d="M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M6 3.5l-3 3 3 3"/>`, 14);
export const more = () => icon(svg`<circle cx="3.5" cy="8" r=".6"/><circle cx="8" cy="8" r=".6"/><circle cx="12.5" cy="8" r=".6"/>`);
export const clock = () => icon(svg`<circle cx="8" cy="8" r="6"/><path d="M8 4.8V8l2.2 1.5"/>`);
