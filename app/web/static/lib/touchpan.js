// Finger control of a diagram: one finger moves, two fingers zoom. bpmn-js viewers have none of their own.
// Off until it is asked for, because a diagram that catches the finger keeps the page from scrolling.
export function touchPan(canvas) {
  const container = canvas.getContainer();
  const fingers = new Map();
  let pinch = null;

  function down(event) {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, point(event));
    pinch = fingers.size === 2 ? startPinch() : null;
  }

  function move(event) {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = point(event);
    fingers.set(event.pointerId, now);
    if (fingers.size === 1) canvas.scroll({ dx: now.x - before.x, dy: now.y - before.y });
    else if (pinch) canvas.zoom(clamp((pinch.zoom * spread()) / pinch.spread), middle());
  }

  function up(event) {
    fingers.delete(event.pointerId);
    pinch = null;
  }

  const startPinch = () => ({ zoom: canvas.zoom(), spread: spread() });
  const point = (event) => ({ x: event.clientX, y: event.clientY });
  const clamp = (zoom) => Math.min(4, Math.max(0.2, zoom));

  function spread() {
    const [a, b] = [...fingers.values()];
    return Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  }

  function middle() {
    const [a, b] = [...fingers.values()];
    const box = container.getBoundingClientRect();
    return { x: (a.x + b.x) / 2 - box.left, y: (a.y + b.y) / 2 - box.top };
  }

  const handlers = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };

  return {
    set(on) {
      container.classList.toggle('fl-touchpan', on);
      fingers.clear();
      for (const [name, handler] of Object.entries(handlers)) {
        container[on ? 'addEventListener' : 'removeEventListener'](name, handler, true);
      }
    },
  };
}
