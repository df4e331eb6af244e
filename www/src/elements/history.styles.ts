import { css } from 'lit';

export const historyStyles = css`
  header { display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: 12px 24px; margin-block-end: 20px; }
  header > div { flex: 1 1 320px; max-inline-size: 68ch; }
  header p { margin-block-start: 4px; }
  .center { display: grid; place-items: center; min-block-size: 200px; color: var(--muted); }
  .center > div, .loading { display: flex; align-items: center; gap: 10px; }
  .notice { margin-block-end: 16px; align-items: center; }
  .notice .button { margin-block-start: 8px; }

  .frame { overflow-x: auto; border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); }
  table { inline-size: 100%; min-inline-size: 880px; border-collapse: collapse; }
  th { padding: 8px 10px; background: var(--raised); color: var(--muted); font-size: 12px; line-height: 16px; font-weight: 500; text-align: start; white-space: nowrap; }
  td { padding: 12px 10px; border-block-start: 1px solid var(--border); vertical-align: top; }
  th:first-child, td:first-child { padding-inline-start: 8px; }
  th:first-child { padding-inline-start: 36px; }
  .end { text-align: end; }
  .row { cursor: pointer; }
  .row:hover > td { background: var(--hover); }
  .row > td:first-child { white-space: nowrap; }
  .opener { display: inline-grid; place-items: center; inline-size: 24px; block-size: 20px; padding: 0; border: 0; background: none; color: var(--muted); vertical-align: top; transition: rotate 120ms; }
  .opener[aria-expanded='true'] { rotate: 90deg; }
  .opener:dir(rtl) { rotate: 180deg; }
  .opener[aria-expanded='true']:dir(rtl) { rotate: 90deg; }
  .file { min-inline-size: 140px; max-inline-size: 220px; font-weight: 500; overflow-wrap: anywhere; }
  .errors { color: var(--error); }
  .tags { max-inline-size: 200px; }
  .tags .tag { margin-block-end: 2px; }
  .state { min-inline-size: 132px; }
  .status { display: inline-flex; align-items: center; gap: 6px; font-weight: 500; white-space: nowrap; }
  .status.completed { color: var(--new); }
  .status.failed { color: var(--error); }
  .status.expired { color: var(--muted); }
  .status.processing { color: var(--updated); }
  .status .spinner { inline-size: 14px; block-size: 14px; margin-inline: 1px; }
  .note { display: block; padding-inline-start: 22px; }
  .more { margin-block-start: 12px; text-align: center; }

  .details > td { padding: 0; background: var(--raised); }
  .details .loading { padding: 20px 36px; }
  .open { display: grid; grid-template-columns: minmax(0, 2fr) minmax(240px, 1fr); gap: 24px 32px; padding-block: 16px 20px; padding-inline: 36px 20px; }
  dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 14px 24px; align-content: start; }
  dt { color: var(--muted); font-size: 12px; line-height: 16px; }
  dd { overflow-wrap: anywhere; }
  .side { display: grid; gap: 8px; align-content: start; border-inline-start: 1px solid var(--border); padding-inline-start: 24px; }
  .codes li { display: flex; gap: 8px; }
  .codes .number { min-inline-size: 5ch; text-align: end; color: var(--error); font-weight: 500; }
  .results { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-block-start: 8px; }

  .empty { display: grid; justify-items: center; gap: 8px; padding: 48px 24px 56px; border: 1px solid var(--border); border-radius: calc(var(--radius) + 2px); background: var(--surface); text-align: center; }
  .empty .badge { display: grid; place-items: center; inline-size: 56px; block-size: 56px; margin-block-end: 8px; border-radius: 16px; background: var(--accent-tint); color: var(--accent); }
  .empty h3 { font-size: 16px; line-height: 24px; }
  .empty > p { max-inline-size: 56ch; text-wrap: pretty; }
  .empty ul { display: grid; gap: 6px; margin-block: 12px; text-align: start; }
  .empty li { display: flex; align-items: center; gap: 8px; }
  .empty li svg { color: var(--new); }
  .empty .actions { display: flex; flex-wrap: wrap; justify-content: center; gap: 8px; margin-block-start: 8px; }
  .do { position: sticky; inset-inline-end: 0; inline-size: 40px; padding: 6px 6px 6px 0; background: var(--surface); text-align: end; }
  .row:hover > .do { background: color-mix(in srgb, var(--text) 4%, var(--surface)); }
  thead td.do { border: 0; background: var(--raised); }
  .note .spinner { display: inline-block; inline-size: 10px; block-size: 10px; margin-inline-end: 4px; }
  @media (max-width: 720px) {
    .frame { border: 0; background: none; overflow: visible; }
    table { min-inline-size: 0; }
    table, tbody { display: grid; gap: 12px; }
    thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    .row { display: grid; grid-template-columns: 1fr 1fr 1fr auto; gap: 2px 12px; padding-block: 10px; padding-inline: 12px 8px; border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); }
    .row > td, .row > td:first-child, .row:hover > td { position: static; padding: 0; background: none; border: 0; text-align: start; max-inline-size: none; min-inline-size: 0; }
    .row > .date { grid-column: 1 / 4; grid-row: 1; margin-inline-start: -6px; }
    .row > .do, .row:hover > .do { grid-column: 4; grid-row: 1; background: none; }
    .row > .file { grid-column: 1 / 5; font-size: 15px; }
    .row > .by { grid-column: 1 / 5; color: var(--muted); }
    .row > .tags { grid-column: 1 / 3; }
    .row > .state { grid-column: 3 / 5; text-align: end; }
    .row > .end::before, .row > .tags::before { content: attr(data-label); display: block; margin-block-start: 6px; color: var(--muted); font-size: 12px; line-height: 16px; }
    .row > .state { align-self: end; }
    .details, .details > td { display: block; border: 0; border-radius: var(--radius); }
    .open { grid-template-columns: minmax(0, 1fr); padding-inline-start: 16px; }
    .side { border: 0; padding: 0; }
  }
`;
