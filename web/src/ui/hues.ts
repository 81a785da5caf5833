/** The twelve hues of options, each a readable pair for light and dark (text on ground ≥ 4.5:1). */

export const HUES = [
  'gray',
  'red',
  'orange',
  'amber',
  'lime',
  'green',
  'teal',
  'cyan',
  'blue',
  'indigo',
  'purple',
  'pink',
] as const;
export type Hue = (typeof HUES)[number];

const PAIRS: Record<Hue, { light: [string, string]; dark: [string, string] }> = {
  gray: { light: ['#eceef2', '#474e5c'], dark: ['#2c3039', '#c3c8d3'] },
  red: { light: ['#fde8e8', '#a3222a'], dark: ['#43232a', '#ffa8ab'] },
  orange: { light: ['#feecdc', '#94430d'], dark: ['#42291c', '#fdb98a'] },
  amber: { light: ['#fdf2cf', '#7d5000'], dark: ['#3d3018', '#f2c76b'] },
  lime: { light: ['#eff6cf', '#4f6209'], dark: ['#2f3619', '#c9dd79'] },
  green: { light: ['#e0f5e6', '#1c6a3c'], dark: ['#1d3829', '#83d9a5'] },
  teal: { light: ['#daf4ef', '#12655b'], dark: ['#193735', '#79d6c8'] },
  cyan: { light: ['#daf3fa', '#0d6079'], dark: ['#18363f', '#7fd3ea'] },
  blue: { light: ['#e0edfe', '#1c55a5'], dark: ['#1d304c', '#93c2fb'] },
  indigo: { light: ['#e6eafd', '#3a48ae'], dark: ['#272d52', '#b0bcfa'] },
  purple: { light: ['#f0e6fc', '#6e359f'], dark: ['#35264a', '#d2b0f5'] },
  pink: { light: ['#fde6f1', '#9b2566'], dark: ['#43233a', '#f8a8d0'] },
};

export function isHue(value: unknown): value is Hue {
  return HUES.includes(value as Hue);
}

/** Every hue as CSS variables (`--hue-red-bg`, `--hue-red-fg`), for the theme's resolver. */
export function hueVariables(scheme: 'light' | 'dark'): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const hue of HUES) {
    const [ground, text] = PAIRS[hue][scheme];
    variables[`--hue-${hue}-bg`] = ground;
    variables[`--hue-${hue}-fg`] = text;
  }
  return variables;
}

export function hueOf(color: string | undefined): Hue {
  return isHue(color) ? color : 'gray';
}
