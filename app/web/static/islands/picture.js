// A diagram as a picture to print: nothing moves, and a long one is cut into strips that can be read on a sheet.
//
// props: xml, label, strip (diagram units that fit across the sheet and can still be read; default 1500)
import { element } from '../lib/dom.js';
import { NavigatedViewer } from '../vendor/bpmn-viewer.js';

export const styles = ['vendor/bpmn-viewer.css'];

const COLOURS = {
  defaultFillColor: 'var(--fl-surface)',
  defaultStrokeColor: 'var(--fl-text-2)',
  defaultLabelColor: 'var(--fl-text)',
};
const EDGE = 12;
// What stands at the end of one strip is repeated at the beginning of the next one, so that no step is cut in both.
const OVERLAP = 120;

export async function mount(root, { xml, label, strip = 1500 }) {
  const box = element('div', { class: 'fl-picture__drawn' });
  root.append(box);
  const viewer = new NavigatedViewer({ container: box, bpmnRenderer: COLOURS });
  await viewer.importXML(xml);
  for (const page of viewer.getDefinitions().diagrams) {
    if (viewer.getDefinitions().diagrams.length > 1) await viewer.open(page);
    strips(viewer, strip).forEach((picture) => root.append(element('figure', { class: 'fl-picture__strip', 'aria-label': label }, picture)));
  }
  // Whoever shows a drawing of bpmn.io leaves its mark on it.
  root.append(box.querySelector('.bjs-powered-by'));
  box.hidden = true;
  return { destroy: () => viewer.destroy() };
}

function strips(viewer, widest) {
  const canvas = viewer.get('canvas');
  const { inner } = canvas.viewbox();
  canvas.viewbox({ ...canvas.viewbox().outer, x: 0, y: 0 });
  const drawn = canvas.getContainer().querySelector('svg');
  const count = Math.max(1, Math.ceil((inner.width - OVERLAP) / (widest - OVERLAP)));
  const width = (inner.width + (count - 1) * OVERLAP) / count;
  return Array.from({ length: count }, (_, number) => {
    const picture = drawn.cloneNode(true);
    const left = inner.x + number * (width - OVERLAP);
    picture.setAttribute('viewBox', [left - EDGE, inner.y - EDGE, width + 2 * EDGE, inner.height + 2 * EDGE].join(' '));
    picture.setAttribute('preserveAspectRatio', 'xMinYMin meet');
    picture.removeAttribute('tabindex');
    picture.style.aspectRatio = `${width + 2 * EDGE} / ${inner.height + 2 * EDGE}`;
    return picture;
  });
}
