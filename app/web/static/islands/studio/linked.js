// Fields of the panel that name a form, a decision or a process: which one that is, a way there, and all there are to
// choose from while one types.
//
// linked: name of the field → { all: [{ id, name, href }], create }
import { element as build } from '../../lib/dom.js';
import { h } from '../../vendor/bpmn-studio.js';
import { beneath, extensionOf } from './beneath.js';

const HELD = {
  formId: { type: 'zeebe:FormDefinition', attribute: 'formId', fresh: 'New form' },
  decisionId: { type: 'zeebe:CalledDecision', attribute: 'decisionId', fresh: 'New table' },
  targetProcessId: { type: 'zeebe:CalledElement', attribute: 'processId', fresh: 'New process' },
};

export function linkedModule(linked, translate) {
  function Linked(propertiesPanel, eventBus) {
    const watching = new AbortController();
    document.addEventListener('focusin', ({ target }) => offer(target, linked), { signal: watching.signal });
    eventBus.on('diagram.destroy', () => watching.abort());
    beneath(propertiesPanel, Object.fromEntries(Object.keys(linked).map((name) => [name, line(name)])));
  }
  Linked.$inject = ['propertiesPanel', 'eventBus'];

  function line(name) {
    const { all, create } = linked[name];
    const { type, attribute, fresh } = HELD[name];
    return ({ element }) => {
      const id = extensionOf(element, type)?.get(attribute) ?? '';
      const known = all.find((one) => one.id === id);
      const strange = id && !id.startsWith('=') && !known;
      return h(
        'div',
        { class: 'fl-beneath__line' },
        h('span', { class: strange ? 'fl-beneath__bad' : 'fl-grow' }, known?.name ?? (strange ? translate('Not in the library') : '')),
        known ? away(known.href, translate('Open')) : away(strange ? `${create}?id=${encodeURIComponent(id)}` : create, translate(fresh)),
      );
    };
  }

  return { __init__: ['linkedFields'], linkedFields: ['type', Linked] };
}

// In a window of its own, because what is drawn here may not be saved yet.
function away(href, words) {
  return h('a', { class: 'fl-a', href, target: '_blank', rel: 'noopener' }, words);
}

// The field offers those there are, by name and id, while it has the focus.
function offer(field, linked) {
  const name = Object.keys(linked).find((key) => field.matches?.(`input[name="${key}"]`));
  if (!name || field.list) return;
  const id = `linked-${name}`;
  if (!document.getElementById(id)) {
    document.body.append(build('datalist', { id }, ...linked[name].all.map((one) => build('option', { value: one.id }, one.name))));
  }
  field.setAttribute('list', id);
}
