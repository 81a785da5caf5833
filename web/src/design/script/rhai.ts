/** Rhai for CodeMirror: enough of the language to colour, indent and comment it. */
import { StreamLanguage, type StringStream } from '@codemirror/language';

const KEYWORDS = new Set(
  (
    'let const if else switch while loop do until for in break continue return throw try catch fn ' +
    'private import export as is var static'
  ).split(' '),
);
const ATOMS = new Set(['true', 'false', 'this', 'global']);

interface State {
  /** Depth of `/*`, which nests in Rhai. */
  comment: number;
  /** The sign that ends the text being read. */
  quote: string | null;
  indent: number;
}

function blockComment(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('/*')) state.comment += 1;
    else if (stream.match('*/')) {
      state.comment -= 1;
      if (state.comment === 0) break;
    } else stream.next();
  }
  return 'comment';
}

function text(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    const sign = stream.next();
    if (sign === '\\') stream.next();
    else if (sign === state.quote) {
      state.quote = null;
      break;
    }
  }
  // Only texts in backticks go on over the end of a line.
  if (stream.eol() && state.quote !== '`') state.quote = null;
  return 'string';
}

export const rhai = StreamLanguage.define<State>({
  name: 'rhai',
  startState: () => ({ comment: 0, quote: null, indent: 0 }),
  token(stream, state) {
    if (state.comment > 0) return blockComment(stream, state);
    if (state.quote) return text(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match('/*')) {
      state.comment = 1;
      return blockComment(stream, state);
    }
    const quote = stream.match(/^["'`]/) as RegExpMatchArray | null;
    if (quote) {
      state.quote = quote[0];
      return text(stream, state);
    }
    if (stream.match(/^0[xob][\da-f_]+/i)) return 'number';
    if (stream.match(/^\d[\d_]*(\.\d[\d_]*)?(e[+-]?\d+)?/i)) return 'number';
    const word = stream.match(/^[A-Za-z_]\w*/) as RegExpMatchArray | null;
    if (word) {
      if (KEYWORDS.has(word[0])) return 'keyword';
      if (ATOMS.has(word[0])) return 'atom';
      return stream.match(/^\s*!?\(/, false) ? 'variableName.function' : 'variableName';
    }
    const sign = stream.next();
    if (sign === '{' || sign === '(' || sign === '[') state.indent += 1;
    if (sign === '}' || sign === ')' || sign === ']') state.indent = Math.max(0, state.indent - 1);
    return sign && /[-+*/%=<>!&|^~?:]/.test(sign) ? 'operator' : 'punctuation';
  },
  indent(state, textAfter, context) {
    const closes = /^\s*[})\]]/.test(textAfter);
    return Math.max(0, state.indent - (closes ? 1 : 0)) * context.unit;
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
    indentOnInput: /^\s*[})\]]$/,
  },
});
