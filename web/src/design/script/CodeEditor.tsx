/** CodeMirror as a React component; with this folder, the only user of @codemirror. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, linter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { ScriptProblem } from '../../api/documents';
import { pageNonce } from '../../lib/nonce';
import { completionSource, phrases } from './completion';
import { editorTheme } from './editor_theme';
import { rhai } from './rhai';

interface CodeEditorProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Asked a moment after typing stops. */
  check: (text: string) => Promise<ScriptProblem[]>;
  complete: ReturnType<typeof completionSource>;
  onSave: () => void;
  /** A place to go to; a new object goes there again. */
  goTo: { line: number; column: number } | null;
}

const CHECK_PAUSE_MS = 400;

function toDiagnostic(state: EditorState, problem: ScriptProblem): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(problem.line, 1), state.doc.lines));
  const from = Math.min(line.from + Math.max(problem.column - 1, 0), line.to);
  const word = /^\w+/.exec(state.doc.sliceString(from, line.to));
  const to = Math.min(line.to, from + (word?.[0].length ?? 1));
  return {
    from: from === to && from > line.from ? from - 1 : from,
    to,
    severity: problem.severity ?? 'error',
    message: problem.message,
  };
}

const fixed: Extension[] = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of('    '),
  bracketMatching(),
  closeBrackets(),
  EditorView.lineWrapping,
  lintGutter(),
  rhai,
  editorTheme,
];

export function CodeEditor({ label, value, complete, goTo, ...props }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const onChange = useEffectEvent((text: string) => props.onChange(text));
  const onSave = useEffectEvent(() => props.onSave());
  const check = useEffectEvent((text: string) => props.check(text));
  const first = useEffectEvent(() => value);

  useEffect(() => {
    const nonce = pageNonce();
    const view = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: first(),
        extensions: [
          ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
          ...fixed,
          EditorState.phrases.of(phrases()),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
          keymap.of([
            { key: 'Mod-s', run: () => (onSave(), true) },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            ...completionKeymap,
            ...lintKeymap,
            indentWithTab,
          ]),
          autocompletion({ override: [complete], icons: false }),
          linter(
            async (view) => {
              const problems = await check(view.state.doc.toString());
              return problems.map((problem) => toDiagnostic(view.state, problem));
            },
            { delay: CHECK_PAUSE_MS },
          ),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label, complete]);

  // A value set from outside (a discarded draft) replaces the text; typing never comes back here.
  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !goTo) return;
    const line = view.state.doc.line(Math.min(Math.max(goTo.line, 1), view.state.doc.lines));
    const anchor = Math.min(line.from + Math.max(goTo.column - 1, 0), line.to);
    view.dispatch({ selection: { anchor }, scrollIntoView: true });
    view.focus();
  }, [goTo]);

  return <div ref={host} style={{ height: '100%', minHeight: 0 }} />;
}
