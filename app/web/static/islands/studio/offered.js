// Menus and panel offer only what the engine executes; the rest would be refused when the process is saved. What that is,
// the deploy gate itself says (app/studio/offered.py).
import { PopupEntries } from '../../vendor/bpmn-studio.js';

const MENUS = ['bpmn-create', 'bpmn-append', 'bpmn-replace'];
const ACT = /^(?:create|append|replace-with)-/;
const LAST = 100; // after the providers that add entries and groups (300 and more)

// Parts of the panel that write an extension (and one attribute of it), by their id.
const WRITES = {
  Zeebe__ExecutionListeners: ['executionListeners'],
  Zeebe__TaskListeners: ['taskListeners'],
  adHocSubProcessImplementation: ['taskDefinition'],
  outputCollection: ['adHoc', 'outputCollection'],
  userTaskImplementation: ['taskDefinition'],
  variableNames: ['conditionalFilter'],
  variableEvents: ['conditionalFilter'],
};

// executed: { nodes: [kind], events: place → [event], extensions: name → [kind], attributes: name → [attribute] }
export function offeredModule(executed) {
  function Offered(popupMenu, propertiesPanel) {
    for (const menu of MENUS) popupMenu.registerProvider(menu, LAST, { getPopupMenuEntries: (target) => (entries) => executable(entries, target) });
    propertiesPanel.registerProvider(LAST, { getGroups: (element) => (groups) => groups.filter(({ id }) => writable(id, element)).map((group) => pruned(group, element)) });
  }
  Offered.$inject = ['popupMenu', 'propertiesPanel'];

  function executable(entries, target) {
    return Object.fromEntries(Object.entries(entries).filter(([id]) => runs(meant(id), target)));
  }

  function runs(wanted, target) {
    if (!wanted) return true;
    const kind = name(wanted.type);
    if (kind !== 'participant' && !executed.nodes.includes(kind)) return false;
    const event = wanted.eventDefinitionType && name(wanted.eventDefinitionType).replace('EventDefinition', '');
    return !event || executed.events[place(kind, wanted, target)].includes(event);
  }

  function writable(id, { businessObject }) {
    const [extension, attribute] = WRITES[id] ?? [];
    if (!extension) return true;
    const there = executed.extensions[extension]?.includes(name(businessObject.$type));
    return Boolean(there) && (!attribute || executed.attributes[extension].includes(attribute));
  }

  function pruned(group, element) {
    return group.entries ? { ...group, entries: group.entries.filter(({ id }) => writable(id, element)) } : group;
  }

  return { __init__: ['offered'], offered: ['type', Offered] };
}

// What an entry makes: its id is that of the library's list of things to draw, behind what is done with it.
function meant(id) {
  while (ACT.test(id)) id = id.replace(ACT, '');
  return PopupEntries[id]?.target;
}

// A start event of an event sub-process may wait for more than one that begins a process.
function place(kind, { isInterrupting }, target) {
  const inside = target?.parent?.businessObject?.triggeredByEvent || isInterrupting === false;
  return kind === 'startEvent' && inside ? 'event_subprocess_start' : kind;
}

function name(type) {
  const local = type.replace('bpmn:', '');
  return local[0].toLowerCase() + local.slice(1);
}
