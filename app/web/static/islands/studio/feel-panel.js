// What the process editor's FEEL fields complete: our functions with our words, and the names a process can see.
import { FeelLanguageContext, Group, getVariablesForElement, h } from '../../vendor/bpmn-studio.js';

const LAST = 50; // after every provider that adds or removes groups

// The panel gives its fields a fixed language context. Each group gets ours instead, through the panel's own hook.
export function feelModule(functions, { contexts, forms }, translate) {
  const value = { parserDialect: 'camunda', builtins: functions };
  const wrapped = new Map();

  // One component per original, for ever: another one at every update would take the focus from what is typed.
  function speaking(component) {
    if (!wrapped.has(component)) {
      wrapped.set(component, (props) => h(FeelLanguageContext.Provider, { value }, h(component, props)));
    }
    return wrapped.get(component);
  }

  function SpeakingGroups(propertiesPanel) {
    propertiesPanel.registerProvider(LAST, {
      getGroups: () => (groups) => groups.map((group) => ({ ...group, component: speaking(group.component ?? Group) })),
    });
  }
  SpeakingGroups.$inject = ['propertiesPanel'];

  // Names by where they come from; what the diagram itself says of a name counts more than a form's field.
  async function getVariablesForElement_(object) {
    const found = new Map();
    const add = (variable) => found.has(variable.name) || found.set(variable.name, variable);
    for (const { origin = [], ...variable } of await getVariablesForElement(object)) {
      const places = origin.map((one) => one.name || one.id).join(', ');
      add({ ...variable, info: variable.info || (places && translate('From {places}', { places })) });
    }
    for (const [place, keys] of formsAround(object, forms)) {
      keys.forEach((key) => add({ ...nested(key), info: translate('Filled in at {place}', { place }) }));
    }
    for (const [name, members] of Object.entries(contexts)) {
      add({ name, info: translate('Can be read everywhere'), entries: members.map((member) => ({ name: member })) });
    }
    return [...found.values()];
  }

  return {
    __init__: ['speakingGroups'],
    speakingGroups: ['type', SpeakingGroups],
    variableResolver: ['value', { getVariablesForElement: getVariablesForElement_ }],
  };
}

// A field `customer.phone` is known by its first name; its members are left to the author.
function nested(key) {
  return { name: key.split('.')[0] };
}

// [name of the step, keys of its form] for the user tasks of the process whose answers become variables as they are, and
// for the task itself, whose output mapping picks from them.
function formsAround(object, forms) {
  return userTasks(processOf(object)).flatMap((task) => {
    const parts = task.extensionElements?.values ?? [];
    const form = parts.find((part) => part.$type === 'zeebe:FormDefinition')?.formId;
    const mapped = parts.some((part) => part.$type === 'zeebe:IoMapping' && part.outputParameters?.length);
    return form && forms[form] && (!mapped || task === object) ? [[task.name || task.id, forms[form]]] : [];
  });
}

function processOf(object) {
  while (object?.$parent && !object.$instanceOf('bpmn:Process')) object = object.$parent;
  return object;
}

function userTasks(scope) {
  return (scope?.flowElements ?? []).flatMap((one) => (one.$type === 'bpmn:UserTask' ? [one] : userTasks(one)));
}
