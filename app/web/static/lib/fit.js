// Shows the whole drawing, never magnified, and keeps it clear of what lies over the canvas on each side.
export function fitDiagram(canvas, { left = 24, top = 24, right = 24, bottom = 24 } = {}) {
  const { inner, outer } = canvas.viewbox();
  const width = Math.max(1, outer.width - left - right);
  const height = Math.max(1, outer.height - top - bottom);
  const scale = Math.min(1, width / inner.width, height / inner.height);
  canvas.viewbox({
    x: inner.x - (left + (width - inner.width * scale) / 2) / scale,
    y: inner.y - (top + (height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
  return scale;
}
