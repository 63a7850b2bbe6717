// Shows the whole drawing, never magnified, and keeps it clear of what lies over the canvas on each side. A drawing that
// would get smaller than `smallest` is shown from its upper left corner.
export function fitDiagram(canvas, { left = 24, top = 24, right = 24, bottom = 24, smallest = 0 } = {}) {
  const { inner, outer } = canvas.viewbox();
  if (!outer.width || !outer.height) return 1; // hidden, in print or behind a tab: there is nothing to fit into
  const width = Math.max(1, outer.width - left - right);
  const height = Math.max(1, outer.height - top - bottom);
  const scale = Math.max(smallest, Math.min(1, width / inner.width, height / inner.height));
  const spare = (room, size) => Math.max(0, room - size * scale) / 2;
  canvas.viewbox({
    x: inner.x - (left + spare(width, inner.width)) / scale,
    y: inner.y - (top + spare(height, inner.height)) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
  return scale;
}
