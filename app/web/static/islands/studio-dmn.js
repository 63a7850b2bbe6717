// The decision editor. props: source (XML), decision (id of the one to open), functions (address of lib/functions.js),
// and those of lib/editing.js
import { editing } from '../lib/editing.js';
import { builtins, functionList } from '../lib/functions.js';
import { loadTranslate } from '../lib/translate.js';
import { DmnModeler, EditorState, EditorView, StateEffect } from '../vendor/dmn.js';
import { completeAfterWords } from './studio/completion.js';
import { findingMarks } from './studio/finding-marks.js';

export const styles = ['vendor/dmn.css'];

const VIEWS = ['drd', 'decisionTable', 'literalExpression', 'boxedExpression'];

export async function mount(root, props) {
  const [translate, functions] = await Promise.all([loadTranslate('app', 'dmn'), functionList(props.functions)]);
  const options = {
    additionalModules: [{ translate: ['value', translate] }],
    feelLanguageContext: { parserDialect: 'camunda', builtins: builtins(functions) },
  };
  const modeler = new DmnModeler({ container: root, ...Object.fromEntries(VIEWS.map((view) => [view, options])) });
  await modeler.importXML(props.source, { open: false });
  const source = async () => (await modeler.saveXML({ format: true })).xml;
  const marks = new Map(); // of the graph, when it has been open
  let found = [];
  const show = (findings) => {
    found = findings;
    marks.forEach((one) => one.show(findings));
  };
  const reveal = (id) => bring(modeler, root, id);
  const expressionAt = (field) => EditorView.findFromDOM(field);
  const editor = editing(root, props, { source, show, reveal, expressionAt }, translate);
  const completion = completeAfterWords({ EditorState, EditorView, StateEffect });
  const watched = new WeakSet();
  modeler.on('views.changed', () => {
    const viewer = modeler.getActiveViewer();
    if (!viewer || watched.has(viewer)) return;
    watched.add(viewer);
    viewer.on('commandStack.changed', editor.changed);
    if (modeler.getActiveView().type === 'drd') marks.set(viewer, findingMarks(viewer, (id) => holder(modeler, id)?.id ?? id));
    show(found);
  });
  await open(modeler, props.decision);
  return {
    source,
    destroy() {
      completion.stop();
      editor.stop();
      modeler.destroy();
    },
  };
}

// The asked-for decision, or the first table, because that is what people come to change.
async function open(modeler, id) {
  const views = modeler.getViews();
  const wanted = views.find(({ element }) => element.id === id) ?? views.find(({ type }) => type === 'decisionTable');
  await modeler.open(wanted ?? views[0]);
}

// Opens the decision that holds an element, and brings the element into sight.
async function bring(modeler, root, id) {
  const decision = holder(modeler, id);
  if (decision && modeler.getActiveView()?.element !== decision) await open(modeler, decision.id);
  requestAnimationFrame(() => root.querySelector(`[data-element-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center', inline: 'nearest' }));
}

function holder(modeler, id) {
  return (modeler.getDefinitions().drgElement ?? []).find((one) => holds(one, id));
}

function holds(object, id) {
  return object.id === id || Object.values(object).flat().some((part) => part?.$type && holds(part, id));
}
