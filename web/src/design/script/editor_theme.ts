/** The editor's colours, from the page's own variables so that light and dark follow by themselves. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const view = EditorView.theme({
  '&': {
    height: '100%',
    backgroundColor: 'var(--t-page)',
    color: 'var(--t-text)',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.6',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--t-accent)' },
  '.cm-cursor': { borderLeftColor: 'var(--t-accent)' },
  '.cm-gutters': {
    backgroundColor: 'var(--t-page)',
    color: 'var(--t-faint)',
    border: 'none',
    paddingRight: '4px',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--t-hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--t-active)' },
  '&.cm-focused .cm-matchingBracket, .cm-matchingBracket': {
    backgroundColor: 'var(--t-active)',
    outline: 'none',
  },
  '.cm-tooltip': {
    border: '1px solid var(--t-line-strong)',
    borderRadius: '8px',
    backgroundColor: 'var(--t-raised)',
    boxShadow: 'var(--mantine-shadow-md)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mantine-font-family-monospace)',
  },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--t-active)',
    color: 'var(--t-text)',
  },
  '.cm-completionDetail': { color: 'var(--t-faint)', fontStyle: 'normal' },
  '.cm-completionInfo': {
    maxWidth: '320px',
    padding: '8px 10px',
    fontFamily: 'var(--mantine-font-family)',
  },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--t-danger)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--t-warn)' },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--hue-purple-fg)', fontWeight: '500' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--hue-green-fg)' },
  { tag: [tags.number, tags.atom], color: 'var(--hue-orange-fg)' },
  { tag: tags.comment, color: 'var(--t-faint)', fontStyle: 'italic' },
  { tag: tags.function(tags.variableName), color: 'var(--hue-blue-fg)' },
  { tag: tags.operator, color: 'var(--hue-pink-fg)' },
  { tag: tags.punctuation, color: 'var(--t-quiet)' },
]);

export const editorTheme = [view, syntaxHighlighting(colours)];
