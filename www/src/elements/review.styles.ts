import { css } from 'lit';

export const reviewStyles = css`
  :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
  section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 10px; }
  .tabs { display: flex; gap: 8px; overflow-x: auto; padding: 2px; margin: -2px; }
  .tab { flex: 1 0 128px; display: grid; gap: 2px; padding: 10px 14px; border: 1px solid var(--border); border-radius: var(--radius); background: var(--surface); text-align: start; }
  .tab:hover { background: var(--hover); }
  .tab:focus-visible { border-radius: var(--radius); }
  .tab[aria-selected='true'] { border-color: var(--tone); box-shadow: inset 0 0 0 1px var(--tone); background: color-mix(in srgb, var(--tone) 6%, var(--surface)); }
  .tab[aria-selected='true']:focus-visible { box-shadow: var(--ring); }
  .tab .what { display: flex; align-items: center; gap: 6px; color: var(--tone); font-size: 13px; font-weight: 500; }
  .tab .count { font-size: 20px; line-height: 26px; font-weight: 600; letter-spacing: -0.01em; }
  .tab.none .count { color: var(--muted); font-weight: 400; }
  .new { --tone: var(--new); } .updated { --tone: var(--updated); } .unchanged { --tone: var(--unchanged); } .skipped { --tone: var(--skipped); } .error { --tone: var(--error); }
  .explain { font-size: 13px; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; font-size: 13px; }
  .bar .gap { flex: 1; }
  .search { position: relative; flex: 0 1 240px; min-inline-size: 160px; }
  .search svg { position: absolute; inset-inline-start: 9px; inset-block-start: 8px; color: var(--muted); pointer-events: none; }
  .search input { min-block-size: 32px; padding-block: 4px; padding-inline-start: 32px; font-size: 13px; }
  .bar select { inline-size: auto; max-inline-size: 220px; min-block-size: 32px; padding-block: 4px; font-size: 13px; }
  .groups { display: flex; flex-wrap: wrap; gap: 6px; }
  .chip { display: flex; gap: 6px; padding: 2px 10px; border: 1px solid var(--edge); border-radius: 12px; background: var(--surface); font-size: 12px; line-height: 18px; }
  .chip:hover { background: var(--hover); }
  .chip[aria-pressed='true'] { border-color: var(--accent); background: var(--accent-tint); box-shadow: inset 0 0 0 1px var(--accent); }
  .chip b { font-weight: 600; }
  .groups.error b { color: var(--error); } .groups.warning b { color: var(--warning); } .groups.info b { color: var(--skipped); }
  muster-grid { block-size: clamp(320px, 100dvh - 460px, 1200px); }
  .none-at-all { display: grid; place-items: center; gap: 8px; min-block-size: 240px; padding: 24px; border: 1px dashed var(--border); border-radius: var(--radius); color: var(--muted); text-align: center; }
  .facts { display: flex; flex-wrap: wrap; gap: 4px 20px; color: var(--muted); font-size: 13px; }
  .facts li { display: flex; align-items: center; gap: 6px; min-inline-size: 0; }
  @media (max-width: 720px) {
    .tab { flex: 1 0 104px; padding: 8px 10px; }
    .search { flex: 1 1 100%; }
    muster-grid { block-size: max(420px, 70dvh); }
  }
`;
