// The functions that expressions may call, as the server documents them: for completion and for the reference.
import { call } from './api.js';
import { element } from './dom.js';

const asked = new Map();

// → { groups: [{ id, name }], functions: [{ name, group, text, signatures: [{ text, params, returns }], examples: [{ feel, gives }] }] }
export function functionList(address) {
  if (!asked.has(address)) asked.set(address, call('GET', address));
  return asked.get(address);
}

// The same as the FEEL editors want them for completion: one entry for each way to call a function.
export function builtins({ functions }) {
  return functions.flatMap((one) => one.signatures.map((signature) => builtin(one, signature)));
}

function builtin({ name, text, examples }, { params, returns, text: signature }) {
  const info = () =>
    element(
      'div',
      { class: 'fl-fn-info' },
      element('code', { class: 'fl-fn-info__sig' }, signature),
      element('p', {}, text),
      ...examples.slice(0, 2).map((one) => element('code', { class: 'fl-fn-info__ex' }, `${one.feel} = ${one.gives}`)),
    );
  return { name, type: 'function', params, detail: returns, info };
}
