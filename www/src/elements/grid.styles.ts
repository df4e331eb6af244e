import { css } from 'lit';

/** Heights in pixels that the virtual scroll counts on. */
export const ROW = 36;
export const HEAD = 34;
/** A card: a line for every cell but the row's number, and what is around them. */
export const CARD = { line: 26, rest: 46 };

export const gridStyles = css`
  :host { min-block-size: 0; max-block-size: var(--natural); }
  .scroller {
    position: relative; block-size: 100%; overflow: auto; border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface);
    scroll-padding-block-start: 34px; scroll-padding-inline-start: 84px; overflow-anchor: none; font-size: 13px;
  }
  .scroller:focus-visible { box-shadow: none; border-color: var(--accent); outline: 1px solid var(--accent); border-radius: var(--radius); }
  .inner { position: relative; min-inline-size: max(100%, var(--width)); block-size: calc(var(--head) + var(--height)); contain: layout style; }
  .head { position: sticky; inset-block-start: 0; z-index: 2; }
  .rows { position: absolute; inset-block-start: var(--head); inset-inline: 0; }
  .line { display: grid; grid-template: 100% / var(--columns); block-size: 36px; }
  /* What is written into a line moves nothing outside of it. */
  .rows .line { contain: layout style; }
  .head .line { block-size: 34px; background: var(--raised); font-size: 12px; font-weight: 600; }
  .cell { display: flex; align-items: center; gap: 6px; min-inline-size: 0; padding-inline: 12px; border-block-end: 1px solid var(--border); overflow: hidden; white-space: nowrap; background: var(--surface); }
  .head .cell { background: var(--raised); }
  .value { unicode-bidi: plaintext; flex: 0 1 auto; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: pre; }
  .plain { display: block; line-height: 35px; text-overflow: ellipsis; }
  .plain .value { overflow: visible; }
  .rich { display: contents; }
  .row { position: sticky; inset-inline-start: 0; z-index: 1; justify-content: flex-end; color: var(--muted); font-variant-numeric: tabular-nums; border-inline-end: 1px solid var(--border); }
  .row .rich > span:first-child { margin-inline-end: auto; }
  .row .new { color: var(--new); } .row .updated { color: var(--updated); } .row .unchanged { color: var(--unchanged); } .row .skipped { color: var(--skipped); } .row .error { color: var(--error); }
  .why { color: var(--text); }
  .why .error { color: var(--error); } .why .warning { color: var(--warning); } .why .info { color: var(--skipped); }
  .why .value { flex: 1; unicode-bidi: isolate; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; font-size: 12px; line-height: 15px; white-space: normal; text-overflow: clip; }
  .more { flex: none; padding-inline: 6px; border-radius: 8px; background: color-mix(in srgb, var(--text) 8%, var(--surface)); font-size: 12px; color: var(--text); }
  .bad { background: color-mix(in srgb, var(--error) 11%, var(--surface)); color: var(--error); box-shadow: inset 0 0 0 1px color-mix(in srgb, var(--error) 35%, transparent); }
  .odd { background: color-mix(in srgb, var(--warning) 10%, var(--surface)); }
  del { color: var(--muted); text-decoration-color: color-mix(in srgb, var(--error) 70%, transparent); }
  .rich > svg { color: var(--muted); }
  .rich > svg:dir(rtl) { rotate: 180deg; }
  ins { padding: 0 4px; margin-inline: -2px; border-radius: 4px; background: color-mix(in srgb, var(--updated) 12%, var(--surface)); color: var(--updated); font-weight: 500; text-decoration: none; flex-shrink: 0.4 !important; }
  ins.cleared { font-style: italic; font-weight: 400; }
  .tag { background: color-mix(in srgb, var(--new) 12%, var(--surface)); color: var(--new); font-size: 12px; }
  .same { color: var(--muted); }
  .active { outline: 0; }
  .scroller:focus-visible .active { box-shadow: inset 0 0 0 2px var(--accent); }
  .icon-button.aside { display: none; inline-size: 22px; block-size: 22px; margin-inline: -6px -8px; font-size: 15px; line-height: 1; }
  .line:hover .aside, .active .aside { display: inline-grid; }
  .out .value { text-decoration: line-through; }
  .out .why .value { text-decoration: none; }
  .editor { inline-size: calc(100% + 16px); min-block-size: 28px; margin-inline: -8px; padding: 2px 7px; flex: none; color: var(--text); background: var(--surface); }
  .narrow .head { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .narrow .rows .line { display: block; block-size: var(--row); padding: 8px 12px; border-block-end: 1px solid var(--border); overflow: hidden; }
  .narrow .rows .cell { block-size: 26px; padding-inline: 4px; border: 0; border-radius: 4px; }
  .narrow .rows .row { position: static; justify-content: flex-start; }
  .narrow .rows .row .rich > span:first-child { margin-inline-end: 0; }
  .narrow .aside { display: inline-grid; margin-inline-start: auto; }
  .label { flex: 0 0 34%; color: var(--muted); font-size: 12px; }
  .narrow .why .value { -webkit-line-clamp: 1; }
  .narrow .editor { flex: 1; inline-size: auto; min-block-size: 24px; }
  @media (hover: none) { .aside { display: inline-grid; } }
  [aria-busy] .cell > * { visibility: hidden; }
  [aria-busy] .cell { box-shadow: none; background: linear-gradient(color-mix(in srgb, var(--text) 7%, var(--surface)) 0 0) center / 70% 8px no-repeat, var(--surface); }
`;
