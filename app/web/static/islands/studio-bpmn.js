// The process editor. props: source (XML), templates (element templates of our service tasks), panel (id of the element
// that takes the properties panel; by default it stands in the island), functions (address of lib/functions.js),
// variables ({contexts: name → members, forms: id → keys}), executed (what studio/offered.js may offer), roles ([{id, name}]),
// linked (field → what studio/linked.js lists), and those of lib/editing.js
import { element } from '../lib/dom.js';
import { bilingual } from '../lib/bilingual.js';
import { editing } from '../lib/editing.js';
import { fitDiagram } from '../lib/fit.js';
import { builtins, functionList } from '../lib/functions.js';
import { lossless } from '../lib/lossless.js';
import { language, loadTranslate } from '../lib/translate.js';
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  CloudElementTemplatesPropertiesProviderModule,
  CreateAppendAnythingModule,
  CreateAppendElementTemplatesModule,
  EditorState,
  EditorView,
  ElementTemplateChooserModule,
  MinimapModule,
  Modeler,
  StateEffect,
  ZeebeBehaviorsModule,
  ZeebePropertiesProviderModule,
  zeebeModdle,
} from '../vendor/bpmn-studio.js';
import { completeAfterWords } from './studio/completion.js';
import { canvasButtons } from './studio/canvas-buttons.js';
import { feelModule } from './studio/feel-panel.js';
import { findingMarks } from './studio/finding-marks.js';
import { linkedModule } from './studio/linked.js';
import { offeredModule } from './studio/offered.js';
import { pages } from './studio/pages.js';
import { rolesModule } from './studio/role-picker.js';

export const styles = ['vendor/bpmn-studio.css'];

const READABLE = 0.6; // names of tasks can still be read

const OPENED = [
  'general',
  'assignmentDefinition',
  'form',
  'calledDecision',
  'calledElement',
  'condition',
  'timer',
  'message',
  'ElementTemplates__CustomProperties',
  'ElementTemplates__CustomProperties-header',
  'ElementTemplates__CustomProperties-input',
  'ElementTemplates__CustomProperties-output',
];

export async function mount(root, props) {
  const [translate, functions] = await Promise.all([loadTranslate('app', 'bpmn', 'panel'), functionList(props.functions)]);
  const canvas = element('div', { class: 'fl-editor__canvas' });
  const panel = document.getElementById(props.panel) ?? root.appendChild(element('div', { class: 'fl-editor__panel' }));
  root.prepend(canvas);
  const modeler = new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel, layout: { groups: opened() } },
    moddleExtensions: { zeebe: zeebeModdle },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      ZeebeBehaviorsModule,
      CloudElementTemplatesPropertiesProviderModule,
      ElementTemplateChooserModule,
      CreateAppendAnythingModule,
      CreateAppendElementTemplatesModule,
      MinimapModule,
      offeredModule(props.executed),
      linkedModule(props.linked, translate),
      rolesModule(props.roles, translate),
      feelModule(builtins(functions), props.variables, translate),
      { translate: ['value', translate] },
    ],
  });
  modeler.get('elementTemplatesLoader').setTemplates(props.templates ?? []);
  let names;
  let complete;
  const saved = async () => (await names.stored(() => modeler.saveXML({ format: true }))).xml;
  const marks = findingMarks(modeler);
  const show = () => {
    names.show();
    marks.again();
    fitDiagram(modeler.get('canvas'), { left: 24 + paletteWidth(canvas), smallest: READABLE });
  };
  const book = pages(modeler, translate, show);
  const open = async (xml) => {
    await modeler.importXML(xml);
    names = bilingual(modeler, language);
    show();
    complete = lossless(xml, await saved());
    await book.imported();
  };
  await open(props.source);
  canvas.append(canvasButtons(modeler, () => paletteWidth(canvas), translate), book.box);
  const source = async () => complete(await saved());
  const hooks = {
    source,
    load: async (xml) => {
      await open(xml);
      editor.changed();
    },
    show: marks.show,
    reveal: revealer(modeler, book),
    expressionAt: (field) => EditorView.findFromDOM(field),
    settle: () => modeler.get('directEditing').complete(),
  };
  const editor = editing(root, props, hooks, translate);
  // Opening another page clears the stack and changes nothing.
  modeler.on('commandStack.changed', ({ trigger }) => trigger === 'clear' || editor.changed());
  const completion = completeAfterWords({ EditorState, EditorView, StateEffect });
  modeler.get('popupMenu')._ensureVisible = keepInside(canvas);
  const asked = new URLSearchParams(window.location.hash.slice(1)).get('at');
  // The panel hears of selections only after it has been painted.
  if (asked) requestAnimationFrame(() => setTimeout(() => hooks.reveal(asked)));
  return {
    source,
    destroy() {
      completion.stop();
      editor.stop();
      modeler.destroy();
    },
  };
}

// The groups that answer the usual questions stand open: what, who, with which form, when.
function opened() {
  return Object.fromEntries(OPENED.map((name) => [name, { open: true }]));
}

// Shows an element on the page it is drawn on; a process is shown as its pool.
function revealer(modeler, book) {
  const [canvas, registry] = [modeler.get('canvas'), modeler.get('elementRegistry')];
  return async (id) => {
    await book.showing(id);
    const shape = registry.get(id) ?? registry.find(({ businessObject }) => businessObject?.processRef?.id === id);
    if (!shape?.parent) return;
    canvas.setRootElement(canvas.findRoot(shape));
    canvas.scrollToElement(shape);
    modeler.get('selection').select(shape);
  };
}

// Menus are cut off where the canvas ends. The library takes positions on the canvas for positions in the window, so a
// menu opened beside the panel would lie under it.
function keepInside(canvas) {
  return (menu, { x, y }) => {
    const [room, box] = [canvas.getBoundingClientRect(), menu.getBoundingClientRect()];
    return { x: Math.max(8, Math.min(x, room.width - box.width - 8)), y: Math.max(8, Math.min(y, room.height - box.height - 8)) };
  };
}

function paletteWidth(canvas) {
  const palette = canvas.querySelector('.djs-palette');
  return palette ? palette.offsetLeft + palette.offsetWidth : 0;
}
