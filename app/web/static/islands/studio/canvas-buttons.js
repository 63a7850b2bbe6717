// Buttons that lie over the drawing: one step back or forth, and how large it is shown.
import { element, iconButton } from '../../lib/dom.js';
import { fitDiagram } from '../../lib/fit.js';

// left() is how much of the canvas its palette covers
export function canvasButtons(modeler, left, translate) {
  const [canvas, stack] = [modeler.get('canvas'), modeler.get('commandStack')];
  const by = (factor) => () => canvas.zoom(canvas.zoom() * factor);
  const undo = iconButton('undo', translate('Undo'), () => stack.undo());
  const redo = iconButton('redo', translate('Redo'), () => stack.redo());
  const able = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  modeler.on('commandStack.changed', able);
  able();
  return element(
    'div',
    { class: 'fl-zoom fl-zoom--beside fl-line' },
    element('div', { class: 'fl-btnset' }, undo, redo),
    element(
      'div',
      { class: 'fl-btnset' },
      iconButton('minus', translate('Smaller'), by(0.8)),
      iconButton('fit', translate('Whole diagram'), () => fitDiagram(canvas, { left: 24 + left() })),
      iconButton('plus', translate('Larger'), by(1.25)),
    ),
  );
}
