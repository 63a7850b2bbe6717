// Findings on the drawing itself: a mark at every shape that something is wrong with.
import { element } from '../../lib/dom.js';

// viewer: what holds the drawing; shapeOf(id) is the id of the shape a finding belongs to, for what has none of its own
export function findingMarks(viewer, shapeOf = (id) => id) {
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  let shown = [];
  const show = (findings) => {
    shown = findings;
    overlays.remove({ type: 'fl-finding' });
    for (const { element_id: id, severity, text } of findings) {
      const shape = id && registry.get(shapeOf(id));
      if (!shape || !shape.parent) continue;
      const warning = severity === 'warning';
      const html = element('div', { class: `fl-finding${warning ? ' fl-finding--warn' : ''}`, title: text }, '!');
      overlays.add(shape.id, 'fl-finding', { position: { top: -10, right: 12 }, html });
    }
  };
  return { show, again: () => show(shown) };
}
