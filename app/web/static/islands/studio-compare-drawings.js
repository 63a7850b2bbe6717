// Two drawings of a process side by side, moved and magnified together; what differs is marked in both.
//
// props: old, new (XML), marks {old: {elementId: 'added'|'removed'|'changed'|'moved'}, new: …}
// page:  [data-side="old"], [data-side="new"] take the drawings; the list of differences as lib/comparing.js says
import { element, iconButton } from '../lib/dom.js';
import { listOf, sidesOf } from '../lib/comparing.js';
import { fitDiagram } from '../lib/fit.js';
import { pageWith } from '../lib/pages.js';
import { loadTranslate } from '../lib/translate.js';
import { NavigatedViewer } from '../vendor/bpmn-viewer.js';

export const styles = ['vendor/bpmn-viewer.css'];

const COLOURS = {
  defaultFillColor: 'var(--fl-surface)',
  defaultStrokeColor: 'var(--fl-text-2)',
  defaultLabelColor: 'var(--fl-text)',
};
const SIGNS = { added: ['add', '+'], removed: ['del', '−'], changed: ['mod', '~'], moved: ['mov', '↔'] };

export async function mount(root, props) {
  const translate = await loadTranslate('app');
  const boxes = sidesOf(root);
  const sides = await Promise.all(['old', 'new'].map((name) => draw(boxes[name], props[name], props.marks[name])));
  const fit = () => fitDiagram(larger(sides), { bottom: 56 });
  together(sides);
  boxes.old.append(element('div', { class: 'fl-zoom fl-btnset fl-noprint' }, iconButton('fit', translate('Whole diagram'), fit)));
  begin(sides, fit(), props.marks);
  const list = listOf(root, (id) => reveal(sides, id));
  sides.forEach((viewer) => viewer.on('element.click', ({ element: { id } }) => list.pick(id)));
  const sizes = new ResizeObserver(() => sides.forEach((viewer) => viewer.get('canvas').resized()));
  sizes.observe(root);
  return {
    destroy() {
      sizes.disconnect();
      list.stop();
      sides.forEach((viewer) => viewer.destroy());
    },
  };
}

async function draw(box, xml, marks) {
  const container = element('div', { class: 'fl-viewer__canvas' });
  box.append(container);
  // The other side follows in the same moment, so the news of a move may not wait.
  const viewer = new NavigatedViewer({ container, bpmnRenderer: COLOURS, canvas: { deferUpdate: false } });
  await viewer.importXML(xml);
  const page = Object.keys(marks).map((id) => pageWith(viewer.getDefinitions(), id)).find(Boolean);
  if (page && page !== viewer.getDefinitions().diagrams[0]) await viewer.open(page);
  Object.entries(marks).forEach(([id, sign]) => mark(viewer, id, sign));
  return viewer;
}

function mark(viewer, id, sign) {
  const drawn = viewer.get('elementRegistry').get(id);
  if (!drawn) return;
  viewer.get('canvas').addMarker(id, `is-${sign}`);
  if (drawn.waypoints || !drawn.parent) return;
  const [kind, letter] = SIGNS[sign];
  const html = element('div', { class: `fl-ch__s fl-ch__s--${kind}` }, letter);
  viewer.get('overlays').add(id, 'fl-sign', { position: { top: -10, right: 10 }, html });
}

// Both drawings share their coordinates, so the same box shows the same place.
function together(sides) {
  let following = false;
  sides.forEach((viewer, number) => {
    const other = sides[1 - number].get('canvas');
    viewer.on('canvas.viewbox.changed', ({ viewbox: { x, y, scale } }) => {
      if (following) return;
      following = true;
      const { outer } = other.viewbox();
      other.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
      following = false;
    });
  });
}

function larger(sides) {
  const size = (canvas) => canvas.viewbox().inner.width * canvas.viewbox().inner.height;
  const [old, fresh] = sides.map((viewer) => viewer.get('canvas'));
  return size(old) > size(fresh) ? old : fresh;
}

// A drawing that would be too small to read begins at the first difference.
function begin(sides, scale, { old, new: fresh }) {
  const [first] = [...Object.keys(fresh), ...Object.keys(old)];
  if (!first || scale >= 0.4) return;
  sides[1].get('canvas').zoom(0.7);
  reveal(sides, first);
}

// The newer drawing leads, unless the element stands in the older one only.
function reveal(sides, id) {
  const places = sides.filter((viewer) => viewer.get('elementRegistry').get(id));
  for (const viewer of sides) {
    const canvas = viewer.get('canvas');
    viewer.get('elementRegistry').forEach((drawn) => canvas.removeMarker(drawn, 'is-shown'));
    if (places.includes(viewer)) canvas.addMarker(id, 'is-shown');
  }
  const canvas = places.at(-1)?.get('canvas');
  if (!canvas) return;
  const { width, height } = canvas.getSize();
  canvas.scrollToElement(id, { top: height / 3, right: width / 3, bottom: height / 3, left: width / 3 });
}
