// Two things about the form editor that its own API leaves no way to say. It brings the panel's fields and its canvas in
// one bundle; preact's documented hook `options.vnode` sees each of their parts before it is drawn.
//
// 1. What FEEL fields complete: they take a language context, which nobody can give them from outside, and variables.
//    Among those is every name that some expression of the form mentions, so that the first letters of a name would be
//    offered as a variable, and the list of completions would begin anew while somebody is choosing from it.
// 2. Where the focus is: at every change the selected part of the form takes it, also while somebody types in the panel
//    about that part. Without a tab index it cannot.
import { options } from '../../vendor/form-editor.js';

const CONTEXT = 'feelLanguageContext';
const TYPING = '.fjs-properties-container :is(input, textarea, .cm-content)';

// isKey(name) tells whether a field of the form is called so. Returns { stop }.
export function formVnodes(builtins, isKey) {
  const before = options.vnode;
  const ours = { parserDialect: 'camunda', builtins };
  const lists = new Map();

  // The same list for the same names, for the field begins anew with another one.
  function stable(variables) {
    const names = variables.map(({ name }) => name).join('\n');
    if (!lists.has(names)) lists.set(names, variables);
    return lists.get(names);
  }

  function speak(props) {
    props[CONTEXT] = ours;
    const written = props.value ?? '';
    if (props.variables) props.variables = stable(props.variables.filter(({ name }) => isKey(name) || !written.includes(name)));
  }

  const hook = (vnode) => {
    if (vnode.props && CONTEXT in vnode.props) speak(vnode.props);
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
