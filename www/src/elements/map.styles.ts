import { css } from 'lit';

export const mapStyles = css`
  :host { display: grid; gap: 12px; }
  .needs { margin-block-start: 4px; padding-inline-start: 16px; list-style: disc; }
  .count { display: flex; align-items: center; gap: 16px; min-block-size: 20px; }
  .checking { display: inline-flex; align-items: center; gap: 8px; }
  .table { border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); overflow: hidden; container-type: inline-size; }
  .head, .row { display: grid; grid-template-columns: minmax(130px, 0.8fr) 16px minmax(150px, 0.8fr) minmax(170px, 1.7fr) minmax(140px, 0.7fr); gap: 4px 16px; padding: 12px 16px; align-items: start; }
  .head { padding-block: 8px; background: var(--raised); color: var(--muted); font-size: 12px; line-height: 16px; font-weight: 500; }
  .row { padding-block: 8px; border-block-start: 1px solid var(--border); }
  .row.problem { box-shadow: inset 3px 0 0 var(--error); }
  .row.problem:dir(rtl) { box-shadow: inset -3px 0 0 var(--error); }
  .source { display: grid; min-inline-size: 0; padding-block: 6px; }
  .source strong { font-weight: 600; }
  .samples { font-size: 13px; }
  .samples i { font-style: normal; }
  .row:not(.mapped) .source strong { color: var(--muted); font-weight: 500; }
  .arrow { padding-block: 8px; color: var(--muted); }
  .arrow:dir(rtl) { rotate: 180deg; }
  .row:not(.mapped) .arrow { opacity: 0.4; }
  .target { display: grid; gap: 2px; }
  .new-field { display: grid; gap: 4px; margin-block: 4px; }
  .target small { padding-inline-start: 2px; }
  select.unmapped { color: var(--muted); }
  .rules { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 4px 6px; align-content: start; }
  .one { display: grid; gap: 1px; align-content: start; min-inline-size: 0; }
  .effect { padding-inline-start: 2px; }
  .rule { min-block-size: 32px; padding-block: 4px; padding-inline-start: 8px; border-color: var(--border); font-size: 13px; }
  .checked { display: grid; gap: 6px; padding-block: 6px; align-content: start; min-inline-size: 0; }
  .share { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; font-size: 13px; }
  .share b { font-weight: 500; }
  .share .all { color: var(--new); }
  .share .some { color: var(--error); }
  .checked small { color: var(--muted); }
  progress { block-size: 4px; }
  progress::-webkit-progress-value { background: var(--new); }
  progress::-moz-progress-bar { background: var(--new); }
  progress.some { background: color-mix(in srgb, var(--error) 75%, var(--surface)); }
  @container (max-width: 760px) {
    .head { display: none; }
    .row { grid-template-columns: minmax(0, 1fr); }
    .row:first-child { border: 0; }
    .arrow { display: none; }
  }
`;
