/** The look, in one place: one accent, bluish greys, 4 px rhythm, 6 px radius, compact density. */
import {
  type CSSVariablesResolver,
  type MantineColorsTuple,
  createTheme,
  rem,
} from '@mantine/core';
import { hueVariables } from './hues';

const indigo: MantineColorsTuple = [
  '#eef1fd',
  '#dbe1fa',
  '#b8c3f4',
  '#93a3ee',
  '#8295f0',
  '#566cdf',
  '#4459d8',
  '#384bc0',
  '#2e3ea3',
  '#243184',
];
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eff1f4',
  '#e4e7ec',
  '#d3d7df',
  '#b2b8c4',
  '#8b93a3',
  '#687082',
  '#4a5162',
  '#333947',
  '#1d212b',
];
const dark: MantineColorsTuple = [
  '#d9dce4',
  '#b5bac6',
  '#949aa9',
  '#6b7181',
  '#3c414d',
  '#2e323c',
  '#23262e',
  '#1b1e24',
  '#15171c',
  '#101216',
];

const ALERT_HUES: Record<string, string> = {
  red: 'red',
  yellow: 'amber',
  gray: 'gray',
  green: 'green',
};

export const FONT =
  'Inter, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", ' +
  '"Noto Sans SC", system-ui, sans-serif';

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 5 },
  colors: { indigo, gray, dark },
  fontFamily: FONT,
  fontFamilyMonospace:
    'ui-monospace, "JetBrains Mono", "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
  fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
  lineHeights: { xs: '1.5', sm: '1.5', md: '1.55', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(20), lineHeight: '1.35' },
      h2: { fontSize: rem(16), lineHeight: '1.4' },
      h3: { fontSize: rem(14), lineHeight: '1.5' },
    },
  },
  spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
  radius: { xs: rem(3), sm: rem(6), md: rem(6), lg: rem(10), xl: rem(14) },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { size: 'xs' },
      styles: { label: { fontWeight: 500 } },
      vars: (_theme: unknown, props: { color?: string; variant?: string }) => ({
        root:
          props.color === 'gray' && props.variant === 'subtle'
            ? { '--button-color': 'var(--t-quiet)', '--button-hover': 'var(--t-hover)' }
            : {},
      }),
    },
    Alert: {
      styles: { message: { color: 'inherit', fontSize: rem(13) } },
      vars: (_theme: unknown, props: { color?: string }) => {
        const hue = ALERT_HUES[props.color ?? ''] ?? 'indigo';
        const colors = {
          '--alert-bg': `var(--hue-${hue}-bg)`,
          '--alert-color': `var(--hue-${hue}-fg)`,
        };
        return { root: { ...colors, padding: '8px 12px', color: `var(--hue-${hue}-fg)` } };
      },
    },
    ActionIcon: {
      defaultProps: { variant: 'subtle', color: 'gray', size: 'md' },
      vars: (_theme: unknown, props: { color?: string; variant?: string }) => ({
        root:
          props.color === 'gray' && props.variant === 'subtle'
            ? { '--ai-color': 'var(--t-quiet)', '--ai-hover': 'var(--t-hover)' }
            : {},
      }),
    },
    Input: { defaultProps: { size: 'sm' } },
    InputWrapper: {
      defaultProps: { size: 'sm' },
      styles: { label: { marginBottom: 4 }, description: { fontSize: rem(12), lineHeight: 1.45 } },
    },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    // The hues whose small initials are dark enough on their tint.
    Avatar: { defaultProps: { allowedInitialsColors: ['blue', 'indigo', 'violet', 'grape'] } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: 12, radius: 'sm' } },
    Menu: { defaultProps: { shadow: 'md', radius: 'sm', transitionProps: { duration: 100 } } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 100 } } },
    Modal: {
      defaultProps: {
        radius: 'lg',
        centered: true,
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.35 },
      },
      styles: {
        title: { fontSize: rem(16), fontWeight: 600 },
        header: { padding: '16px 20px 12px' },
        body: { padding: '0 20px 20px' },
      },
    },
    Tabs: {
      styles: {
        root: { '--tabs-list-border-size': '1px', '--tabs-list-border-width': '1px' },
        tab: { padding: '8px 12px', fontSize: rem(13) },
      },
    },
    Drawer: {
      defaultProps: {
        transitionProps: { duration: 140 },
        overlayProps: { backgroundOpacity: 0.35 },
      },
      styles: {
        header: { padding: '16px 20px 12px' },
        body: { padding: '0 20px 24px' },
      },
    },
  },
});

/** Our own variables beside Mantine's: surfaces, lines and quiet text, designed for each scheme. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...hueVariables('light'),
    '--t-page': '#ffffff',
    '--t-side': '#f7f8fa',
    '--t-raised': '#ffffff',
    '--t-sunken': '#f3f4f7',
    '--t-hover': 'rgba(29, 33, 43, 0.045)',
    '--t-active': 'rgba(68, 89, 216, 0.1)',
    '--t-line': '#e6e8ed',
    '--t-line-strong': '#d3d7df',
    '--t-text': '#1d212b',
    '--t-quiet': '#5d6576',
    '--t-faint': '#666e7f',
    '--t-accent': '#4459d8',
    '--t-accent-text': '#384bc0',
    '--t-danger': '#c4262e',
    '--t-ok': '#1a7f4b',
    '--t-warn': '#9a5b00',
    '--mantine-color-dimmed': '#5d6576',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1d212b',
    '--mantine-color-default-border': '#d9dce3',
    '--mantine-color-error': '#c4262e',
  },
  dark: {
    ...hueVariables('dark'),
    '--t-page': '#15171c',
    '--t-side': '#101216',
    '--t-raised': '#1d2027',
    '--t-sunken': '#1b1e24',
    '--t-hover': 'rgba(255, 255, 255, 0.05)',
    '--t-active': 'rgba(130, 149, 240, 0.16)',
    '--t-line': '#272a33',
    '--t-line-strong': '#3c414d',
    '--t-text': '#e2e4ea',
    '--t-quiet': '#a2a8b6',
    '--t-faint': '#8c93a3',
    '--t-accent': '#8295f0',
    '--t-accent-text': '#a3b1f5',
    '--t-danger': '#ff8087',
    '--t-ok': '#5fce98',
    '--t-warn': '#f0b35b',
    '--mantine-color-dimmed': '#a2a8b6',
    '--mantine-color-body': '#15171c',
    '--mantine-color-text': '#e2e4ea',
    '--mantine-color-default': '#1b1e24',
    '--mantine-color-default-hover': '#23262e',
    '--mantine-color-default-border': '#343944',
    '--mantine-color-error': '#ff8087',
  },
});
