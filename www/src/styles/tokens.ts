/** The look in one place: host properties with their defaults, and what is derived from them. */

import { css } from 'lit';

export const tokens = css`
  :host {
    --font: var(--muster-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif);
    --mono: var(--muster-font-mono, ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace);
    --radius: var(--muster-radius, 8px);
    --surface: var(--muster-surface, light-dark(#ffffff, #16181c));
    --raised: var(--muster-surface-raised, light-dark(#f6f7f9, #1e2126));
    --text: var(--muster-text, light-dark(#191c22, #eceef2));
    --muted: var(--muster-text-muted, light-dark(#59606d, #a0a7b4));
    --border: var(--muster-border, light-dark(#e3e6eb, #2d3138));
    --edge: color-mix(in srgb, var(--text) 26%, var(--surface));
    --accent: var(--muster-accent, light-dark(#4250d5, #a0a9ff));
    --on-accent: light-dark(#ffffff, #14151f);
    --accent-tint: color-mix(in srgb, var(--accent) 8%, var(--surface));
    --hover: color-mix(in srgb, var(--text) 4%, var(--surface));

    --new: var(--muster-new, light-dark(#0a6b3d, #5fd39a));
    --updated: var(--muster-updated, light-dark(#1b5bb8, #86b8ff));
    --unchanged: var(--muster-unchanged, light-dark(#59606d, #a0a7b4));
    --skipped: var(--muster-skipped, light-dark(#7a5200, #e0b25c));
    --error: var(--muster-error, light-dark(#b3202e, #ff9a9a));
    --warning: var(--muster-warning, light-dark(#7a5200, #e0b25c));

    --shadow: 0 1px 2px light-dark(rgb(16 24 40 / 6%), rgb(0 0 0 / 40%));
    --shadow-float: 0 8px 28px light-dark(rgb(16 24 40 / 16%), rgb(0 0 0 / 60%)), 0 0 0 1px var(--border);
    --ring: 0 0 0 2px var(--surface), 0 0 0 4px var(--accent);
  }
`;
