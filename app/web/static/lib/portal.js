// The customer's pages: marks the chosen answer and takes a signature drawn with finger, pen or mouse.
const WIDE = 600;
const HIGH = 200;
const LONGEST = 30_000;

document.addEventListener('change', (event) => {
  const choice = event.target.closest('.fl-choice');
  choice?.parentElement.querySelectorAll('.fl-choice').forEach(mark);
});
document.querySelectorAll('.fl-choice').forEach(mark);
document.querySelectorAll('[data-draw]').forEach(drawable);
// A second press while the first is on its way would only be told that it came too late.
document.addEventListener('submit', (event) => pressable(event.target, false));
window.addEventListener('pageshow', () => pressable(document, true));

function pressable(within, yes) {
  within.querySelectorAll('button[type="submit"]').forEach((button) => (button.disabled = !yes));
}

function mark(choice) {
  choice.classList.toggle('is-on', choice.querySelector('input').checked);
}

function drawable(field) {
  const pad = field.querySelector('svg');
  const line = pad.querySelector('path');
  const kept = field.querySelector('input');
  let drawing = false;
  const add = (letter, event) => {
    const box = pad.getBoundingClientRect();
    const x = Math.round(clamp((event.clientX - box.left) / box.width) * (WIDE - 1));
    const y = Math.round(clamp((event.clientY - box.top) / box.height) * (HIGH - 1));
    const next = `${kept.value}${letter}${x} ${y}`;
    if (next.length <= LONGEST) kept.value = next;
    line.setAttribute('d', kept.value);
  };
  pad.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    drawing = true;
    add('M', event);
  });
  pad.addEventListener('pointermove', (event) => drawing && add('L', event));
  for (const end of ['pointerup', 'pointercancel']) pad.addEventListener(end, () => (drawing = false));
  field.querySelector('[data-draw-again]').addEventListener('click', () => {
    kept.value = '';
    line.setAttribute('d', '');
  });
}

function clamp(part) {
  return Math.min(1, Math.max(0, part));
}
