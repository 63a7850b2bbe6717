// The library's completion takes all words before the cursor for the beginning of one name, because names may contain
// blanks: behind `amount > 5000 and is wor` it looks for a name that begins with `5000 and`. This asks it once more for
// what follows the number or the keyword.
const WORDS = /\w[\w ]*$/;
const BEFORE_NAMES = /(?<=^|\s)(?:\d+|and|or|then|else|in|return|satisfies|between|if)\s+/g;

// library: { EditorState, EditorView, StateEffect } of the bundle whose fields are meant. Returns { stop }.
export function completeAfterWords({ EditorState, EditorView, StateEffect }) {
  const watching = new AbortController();
  const known = new WeakSet();
  const more = EditorState.languageData.of(() => [{ autocomplete: afterWords }]);
  const extend = ({ target }) => {
    const view = target.closest?.('.cm-content') && EditorView.findFromDOM(target);
    if (!view || known.has(view)) return;
    known.add(view);
    view.dispatch({ effects: StateEffect.appendConfig.of(more) });
  };
  document.addEventListener('focusin', extend, { capture: true, signal: watching.signal });
  return { stop: () => watching.abort() };
}

// The names that fit what stands behind the first such word for which there are any.
function afterWords(context) {
  const typed = context.matchBefore(WORDS);
  for (const start of typed ? starts(typed.text) : []) {
    const text = typed.text.slice(start);
    const match = { from: typed.from + start, to: typed.to, text };
    const found = names(Object.create(context, { matchBefore: { value: () => match } }));
    if (found?.options.some(({ label }) => label.toLowerCase().startsWith(text.toLowerCase()))) return found;
  }
  return null;
}

function starts(text) {
  return [...text.matchAll(BEFORE_NAMES)].map((match) => match.index + match[0].length).filter((start) => start < text.length);
}

// What the library's own source for variables and functions says, if it were asked with this match.
function names(context) {
  for (const source of context.state.languageDataAt('autocomplete', context.pos)) {
    const found = source === afterWords ? null : source(context);
    if (found?.validFor && found.options.some(({ type }) => type === 'function')) return found;
  }
  return null;
}
