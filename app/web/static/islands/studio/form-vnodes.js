// Two things about the form editor that its own API leaves no way to say. It brings the panel's fields and its canvas in
// one bundle; preact's documented hook `options.vnode` sees each of their parts before it is drawn.
//
// 1. What FEEL fields complete: they take a language context, which nobody can give them from outside.
// 2. Where the focus is: at every change the selected part of the form takes it, also while somebody types in the panel
//    about that part. Without a tab index it cannot.
import { options } from '../../vendor/form-editor.js';

const CONTEXT = 'feelLanguageContext';
const TYPING = '.fjs-properties-container :is(input, textarea, .cm-content)';

// Returns { stop }.
export function formVnodes(builtins) {
  const before = options.vnode;
  const ours = { parserDialect: 'camunda', builtins };
  const hook = (vnode) => {
    if (vnode.props && CONTEXT in vnode.props) vnode.props[CONTEXT] = ours;
    if (isPart(vnode) && document.activeElement?.matches(TYPING)) vnode.props.tabIndex = undefined;
    before?.(vnode);
  };
  options.vnode = hook;
  return {
    stop() {
      if (options.vnode === hook) options.vnode = before;
    },
  };
}

function isPart({ type, props }) {
  return type === 'div' && props['data-field-type'] !== undefined;
}
