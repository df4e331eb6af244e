/** What every element's shadow root begins with: type, buttons, inputs, notices. */

import { css } from 'lit';
import { tokens } from './tokens';

const type = css`
  :host { display: block; color: var(--text); font: 400 14px/20px var(--font); text-align: start; }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, p, ul, ol, dl, dd, fieldset, legend, table, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  fieldset { border: 0; min-inline-size: 0; }
  h2 { font-size: 20px; line-height: 28px; font-weight: 600; letter-spacing: -0.011em; text-wrap: balance; }
  h2:focus { outline: none; }
  h3 { font-size: 14px; line-height: 20px; font-weight: 600; }
  small { font-size: 12px; line-height: 16px; }
  a { color: var(--accent); }
  svg { flex: none; display: block; }
  :focus-visible { outline: none; box-shadow: var(--ring); border-radius: 6px; }
  .muted { color: var(--muted); }
  .number { font-variant-numeric: tabular-nums; }
  .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .hide { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const controls = css`
  button, select, input { font: inherit; color: inherit; }
  button { cursor: pointer; }
  .button {
    display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-block-size: 36px; padding: 7px 14px;
    border: 1px solid var(--edge); border-radius: var(--radius); background: var(--surface); color: var(--text);
    font-weight: 500; text-decoration: none; white-space: nowrap; box-shadow: var(--shadow); transition: background 120ms;
  }
  .button:hover { background: var(--hover); }
  .button:focus-visible { box-shadow: var(--ring); border-radius: var(--radius); }
  .button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
  .button.primary:hover { background: color-mix(in srgb, var(--accent) 88%, var(--text)); }
  .button.danger { border-color: color-mix(in srgb, var(--error) 50%, var(--surface)); color: var(--error); }
  .button[disabled] { cursor: default; background: var(--raised); border-color: var(--border); color: var(--muted); box-shadow: none; }
  .button.quiet { border-color: transparent; background: none; box-shadow: none; }
  .button.quiet:hover { background: var(--hover); }
  .button.small { min-block-size: 28px; padding: 3px 10px; border-radius: 6px; font-size: 13px; }
  .link { border: 0; padding: 0; background: none; color: var(--accent); font-weight: 500; text-decoration: underline; text-decoration-color: color-mix(in srgb, var(--accent) 35%, transparent); text-underline-offset: 3px; }
  .link:hover { text-decoration-color: currentColor; }
  .icon-button { display: inline-grid; place-items: center; inline-size: 28px; block-size: 28px; padding: 0; border: 0; border-radius: 6px; background: none; color: var(--muted); }
  .icon-button:hover { background: var(--hover); color: var(--text); }
  .icon-button[disabled] { opacity: 0.35; cursor: default; }
  select, input:is([type='text'], [type='search']) {
    inline-size: 100%; min-block-size: 32px; padding: 5px 10px; border: 1px solid var(--edge); border-radius: 6px;
    background-color: var(--surface); text-overflow: ellipsis;
  }
  /* Drawn with gradients: a host's policy may allow no data: images. */
  select {
    appearance: none; padding-inline-end: 26px; background-repeat: no-repeat; background-size: 5px 5px;
    background-image: linear-gradient(45deg, transparent 50%, var(--muted) 50%), linear-gradient(-45deg, transparent 50%, var(--muted) 50%);
    background-position: right 15px center, right 10px center;
  }
  select:dir(rtl) { background-position: left 10px center, left 15px center; }
  option { background: var(--surface); color: var(--text); }
  select:hover, input:is([type='text'], [type='search']):hover { border-color: color-mix(in srgb, var(--text) 45%, var(--surface)); }
  select:focus-visible, input:focus-visible { box-shadow: none; border-color: var(--accent); outline: 1px solid var(--accent); border-radius: 6px; }
  input:is([type='radio'], [type='checkbox']) { accent-color: var(--accent); inline-size: 16px; block-size: 16px; margin: 2px 0; flex: none; }
`;

const pieces = css`
  .notice { display: flex; gap: 10px; padding: 12px 14px; border: 1px solid var(--border); border-radius: var(--radius); background: var(--raised); }
  .notice > svg { margin-block-start: 2px; color: var(--muted); }
  .notice > div { flex: 1; min-inline-size: 0; }
  .notice.error { border-color: color-mix(in srgb, var(--error) 35%, var(--surface)); background: color-mix(in srgb, var(--error) 6%, var(--surface)); }
  .notice.error > svg { color: var(--error); }
  .notice.warning { border-color: color-mix(in srgb, var(--warning) 35%, var(--surface)); background: color-mix(in srgb, var(--warning) 7%, var(--surface)); }
  .notice.warning > svg { color: var(--warning); }
  .tag { display: inline-flex; align-items: center; gap: 4px; max-inline-size: 100%; padding: 1px 8px; border-radius: 6px; background: color-mix(in srgb, var(--text) 7%, var(--surface)); font-size: 13px; }
  progress {
    appearance: none; display: block; inline-size: 100%; block-size: 6px; border: 0; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--text) 10%, var(--surface));
  }
  progress::-webkit-progress-bar { background: none; }
  progress::-webkit-progress-value { border-radius: 3px; background: var(--accent); transition: inline-size 200ms; }
  progress::-moz-progress-bar { border-radius: 3px; background: var(--accent); }
  .spinner { inline-size: 16px; block-size: 16px; flex: none; border: 2px solid color-mix(in srgb, currentColor 22%, transparent); border-block-start-color: currentColor; border-radius: 50%; animation: turn 700ms linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }
  .later { animation: appear 150ms 300ms backwards; }
  @keyframes appear { from { opacity: 0; visibility: hidden; } }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { transition: none !important; }
    .spinner { animation-duration: 2s; }
  }
`;

/** Where the person's own colours go before ours, shadows and tints are gone: what they say is said by lines. */
const forced = css`
  @media (forced-colors: active) {
    :focus-visible { outline: 2px solid Highlight; outline-offset: 2px; }
    [aria-selected='true'], [aria-pressed='true'], .card:has(:checked), .current .mark, .option.active { outline: 2px solid Highlight; outline-offset: -2px; }
    .card:has(:focus-visible) { outline: 2px solid Highlight; outline-offset: 2px; }
    .scroller:focus-visible .active { outline: 2px solid Highlight; outline-offset: -2px; }
    .bad { outline: 1px dashed CanvasText; outline-offset: -2px; }
    .row.problem { border-inline-start: 3px solid Highlight; }
    .menu, dialog, .list { border: 1px solid CanvasText; }
    progress { border: 1px solid CanvasText; background: Canvas; }
    progress::-webkit-progress-value { background: Highlight; }
    progress::-moz-progress-bar { background: Highlight; }
    .drop:hover, .drop.over { border-color: Highlight; }
  }
`;

export const base = [tokens, type, controls, pieces, forced];
