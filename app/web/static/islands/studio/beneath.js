// Puts something beneath fields of the properties panel, through the panel's own way of describing its fields.
import { h } from '../../vendor/bpmn-studio.js';

const LATE = 200; // after the providers that add fields

// additions: id of a field → component that is shown beneath it
export function beneath(propertiesPanel, additions) {
  const wrapped = new Map();

  // One component per original, for ever: another one at every update would take the focus from what is typed.
  function both(component, addition) {
    if (!wrapped.has(component)) {
      wrapped.set(component, (props) => h('div', { class: 'fl-beneath' }, h(component, props), h(addition, props)));
    }
    return wrapped.get(component);
  }

  const extended = (entry) => (additions[entry.id] ? { ...entry, component: both(entry.component, additions[entry.id]) } : entry);

  propertiesPanel.registerProvider(LATE, {
    getGroups: () => (groups) => groups.map((group) => (group.entries ? { ...group, entries: group.entries.map(extended) } : group)),
  });
}

// The extension of a type that an element of the drawing carries.
export function extensionOf(element, type) {
  return element.businessObject.extensionElements?.values?.find((value) => value.$type === type);
}
