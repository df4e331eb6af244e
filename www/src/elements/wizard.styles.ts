import { css } from 'lit';

export const wizardStyles = css`
  :host { display: flex; flex-direction: column; min-block-size: min(720px, calc(100dvh - 180px)); }
  .top { display: flex; align-items: center; gap: 12px; padding-block-end: 16px; border-block-end: 1px solid var(--border); }
  nav { flex: 1; min-inline-size: 0; }
  ol { display: flex; gap: 4px; }
  li { display: flex; align-items: center; min-inline-size: 0; }
  li:not(:last-child)::after { content: ''; inline-size: clamp(8px, 3vw, 32px); block-size: 1px; margin-inline: 4px 0; background: var(--border); }
  li button, .step { display: flex; align-items: center; gap: 8px; padding-block: 4px; padding-inline: 4px 8px; border: 0; border-radius: 14px; background: none; font-weight: 500; color: var(--muted); white-space: nowrap; }
  li button:hover { background: var(--hover); color: var(--text); }
  .current .step { color: var(--text); }
  .mark { display: grid; place-items: center; inline-size: 20px; block-size: 20px; border: 1px solid var(--edge); border-radius: 50%; font-size: 11px; line-height: 1; }
  .current .mark { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
  .done .mark { border-color: transparent; background: color-mix(in srgb, var(--accent) 14%, var(--surface)); color: var(--accent); }

  .body { flex: 1; padding-block: 24px; }
  .body > h2 { margin-block-end: 16px; }
  .body > .notice { margin-block-end: 16px; }
  footer {
    position: sticky; inset-block-end: 0; z-index: 3; display: flex; align-items: center; gap: 12px; padding-block: 12px;
    border-block-start: 1px solid var(--border); background: var(--surface);
  }
  .gap { flex: 1; }
  .checking { display: grid; gap: 12px; max-inline-size: 560px; padding-block: 32px; }

  .trap { display: grid; justify-items: center; gap: 8px; padding: 64px 16px; text-align: center; }
  .trap p { max-inline-size: 56ch; }
  .badge { display: grid; place-items: center; inline-size: 56px; block-size: 56px; margin-block-end: 8px; border-radius: 16px; background: color-mix(in srgb, var(--error) 10%, var(--surface)); color: var(--error); }
  .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 16px; }

  dialog { inline-size: min(440px, calc(100vw - 32px)); padding: 24px; border: 0; border-radius: 12px; background: var(--surface); color: var(--text); box-shadow: var(--shadow-float); }
  dialog::backdrop { background: rgb(10 12 16 / 45%); }
  dialog h2 { font-size: 16px; line-height: 24px; margin-block-end: 4px; }
  dialog .actions { justify-content: flex-end; }
  @media (max-width: 720px) {
    li:not(.current) button > span:last-child, li:not(.current) .step > span:last-child { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
    li button, .step { padding-inline-end: 4px; }
    footer .primary { flex: 1; }
    footer .gap { display: none; }
  }
`;
