// What just happened, at the foot of the page. Goes away by itself; failures stay until they are read.
import { element, icon } from './dom.js';

const SHOWN_FOR = 8000;

export function toast(text, kind = '') {
  const close = element('button', { class: 'fl-toast__act', type: 'button', 'data-dismiss': true }, '×');
  const body = element('span', { class: 'fl-grow' }, text);
  const box = element('div', { class: 'fl-toast', 'data-toast': true, role: kind === 'bad' ? 'alert' : null }, icon(kind === 'bad' ? 'stop' : 'done'), body, close);
  document.getElementById('toasts').append(box);
}

export function expire(box) {
  if (box.getAttribute('role') !== 'alert') setTimeout(() => box.remove(), SHOWN_FOR);
}
