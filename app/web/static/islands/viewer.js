// A diagram to look at: where the case is, what is done, what is stuck, how many wait where.
//
// props: xml or url (of the XML), marks {elementId: 'is-here'|'is-done'|'is-stuck'|'is-heat1'…},
//        tokens {elementId: {count, bad}}, focus (element to bring into view), label,
//        poll (address answering {marks, tokens}), seconds (default 10)
// listens to fl:marks {marks, tokens} on its element
// events on the island's element: fl:element {id, name, type} when an element is clicked
import { call } from '../lib/api.js';
import { element, icon, iconButton } from '../lib/dom.js';
import { fitDiagram } from '../lib/fit.js';
import { pageWith } from '../lib/pages.js';
import { touchPan } from '../lib/touchpan.js';
import { loadTranslate } from '../lib/translate.js';
import { NavigatedViewer } from '../vendor/bpmn-viewer.js';

export const styles = ['vendor/bpmn-viewer.css'];

const COLOURS = {
  defaultFillColor: 'var(--fl-surface)',
  defaultStrokeColor: 'var(--fl-text-2)',
  defaultLabelColor: 'var(--fl-text)',
};

export async function mount(root, props) {
  const translate = await loadTranslate('app');
  const canvasBox = element('div', { class: 'fl-viewer__canvas' });
  root.append(canvasBox);
  const viewer = new NavigatedViewer({ container: canvasBox, bpmnRenderer: COLOURS });
  await viewer.importXML(props.xml ?? (await call('GET', props.url)));
  await openPage(viewer, [props.focus, ...Object.keys(props.tokens ?? {}), ...Object.keys(props.marks ?? {})]);
  const canvas = viewer.get('canvas');
  const show = stateOf(viewer);
  show(props);
  root.append(controls(canvas, translate));
  fit(canvas, props.focus);
  viewer.on('element.click', ({ element: clicked }) => {
    const { id, type, businessObject } = clicked;
    root.dispatchEvent(new CustomEvent('fl:element', { bubbles: true, detail: { id, type, name: businessObject?.name } }));
  });
  root.addEventListener('fl:marks', ({ detail }) => show(detail));
  const sizes = new ResizeObserver(() => canvas.resized());
  sizes.observe(root);
  const timer = props.poll && setInterval(() => refresh(props.poll, show), (props.seconds ?? 10) * 1000);
  return {
    destroy() {
      clearInterval(timer);
      sizes.disconnect();
      viewer.destroy();
    },
  };
}

// Of a file with several pages the one on which something is to be seen.
async function openPage(viewer, ids) {
  const page = ids.map((id) => id && pageWith(viewer.getDefinitions(), id)).find(Boolean);
  if (page && page !== viewer.getDefinitions().diagrams[0]) await viewer.open(page);
}

async function refresh(address, show) {
  if (document.hidden) return;
  try {
    show(await call('GET', address));
  } catch (error) {
    if (!(error instanceof TypeError) && error.status !== 304) throw error;
    // Without network the last known state stays on the page; the next poll tries again.
  }
}

// Puts marks and counts onto the drawing and takes the former ones away.
function stateOf(viewer) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  let marked = [];
  return ({ marks = {}, tokens = {} }) => {
    marked.forEach(([id, mark]) => canvas.removeMarker(id, mark));
    marked = Object.entries(marks).flatMap(([id, names]) => [names].flat().map((name) => [id, name]));
    marked = marked.filter(([id]) => registry.get(id));
    marked.forEach(([id, mark]) => canvas.addMarker(id, mark));
    overlays.remove({ type: 'fl-token' });
    for (const [id, { count, bad }] of Object.entries(tokens)) {
      if (!registry.get(id)) continue;
      const html = element('div', { class: `fl-token${bad ? ' fl-token--bad' : ''}` }, String(count));
      overlays.add(id, 'fl-token', { position: { top: -10, right: 12 }, html });
    }
  };
}

function controls(canvas, translate) {
  const stepper = (factor) => () => canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)));
  const box = element('div', { class: 'fl-zoom fl-btnset fl-noprint' });
  const fingers = touchPan(canvas);
  const move = element('button', { class: 'fl-btn fl-btn--sm fl-touch-only', type: 'button', 'aria-pressed': 'false' }, icon('hand'), translate('Move diagram'));
  move.addEventListener('click', () => {
    const on = move.getAttribute('aria-pressed') !== 'true';
    move.setAttribute('aria-pressed', String(on));
    move.classList.toggle('is-on', on);
    fingers.set(on);
  });
  box.append(
    iconButton('minus', translate('Smaller'), stepper(1 / 1.25)),
    iconButton('fit', translate('Whole diagram'), () => fit(canvas)),
    iconButton('plus', translate('Larger'), stepper(1.25)),
    move,
  );
  return box;
}

// The whole drawing above the controls; or, when that would be too small to read, the focused element.
function fit(canvas, focus) {
  const scale = fitDiagram(canvas, { bottom: 56 });
  if (focus && scale < 0.5) {
    canvas.zoom(0.75);
    // With room around it, so that one sees where the case came from and where it goes.
    const { width, height } = canvas.getSize();
    canvas.scrollToElement(focus, { top: height / 3, right: width / 3, bottom: height / 3, left: width / 3 });
  }
}
