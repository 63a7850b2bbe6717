// Naming colleagues with @ in a text field that says where to ask for them (data-mention). Only those who may see the
// case are offered; arrows walk, Enter or Tab takes, Escape closes.
import { element } from './dom.js';

const NAME = /(?:^|[^\w@&])@([^\s@]{0,40})$/;
const PAUSE = 150;
let field = null;
let list = null;
let waiting = 0;
let asked = 0;

document.addEventListener('input', (event) => {
  if (!event.target.matches?.('[data-mention]')) return;
  field = event.target;
  clearTimeout(waiting);
  const typed = beforeCaret().match(NAME)?.[1];
  if (typed === undefined) close();
  else waiting = setTimeout(() => ask(typed), PAUSE);
});

// Before the shortcuts of the page hear of it.
document.addEventListener(
  'keydown',
  (event) => {
    if (!list || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(step);
    else if (event.key === 'Enter' || event.key === 'Tab') take(list.querySelector('.is-on'));
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener('pointerdown', (event) => {
  const option = event.target.closest?.('[data-username]');
  if (option && list?.contains(option)) {
    event.preventDefault();
    take(option);
  } else if (event.target !== field) close();
});

function beforeCaret() {
  return field.value.slice(0, field.selectionStart);
}

async function ask(typed) {
  const mine = ++asked;
  const address = new URL(field.dataset.mention, window.location.origin);
  address.searchParams.set('q', typed);
  const response = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
  if (!response.ok || mine !== asked) return;
  show(await response.json());
}

function show(people) {
  close();
  if (!people.length) return;
  list = element('div', { class: 'fl-menu fl-mentions', role: 'listbox', id: 'mentions', 'aria-label': field.labels[0]?.textContent });
  for (const one of people) {
    const option = element('button', { class: 'fl-menu__item', type: 'button', role: 'option', tabindex: '-1', 'data-username': one.username });
    option.append(element('span', { class: 'fl-grow' }, one.name), element('span', { class: 'fl-xs fl-3rd' }, `@${one.username}`));
    list.append(option);
  }
  field.insertAdjacentElement('afterend', list);
  field.setAttribute('aria-controls', 'mentions');
  mark(1);
}

function mark(step) {
  const all = [...list.children];
  const at = all.findIndex((option) => option.classList.contains('is-on'));
  const next = all[(at + step + all.length) % all.length];
  for (const option of all) {
    option.classList.toggle('is-on', option === next);
    option.setAttribute('aria-selected', String(option === next));
  }
}

function take(option) {
  const before = beforeCaret().replace(/@[^\s@]*$/, `@${option.dataset.username} `);
  field.value = before + field.value.slice(field.selectionStart);
  field.setSelectionRange(before.length, before.length);
  field.focus();
  close();
}

function close() {
  list?.remove();
  list = null;
  field?.removeAttribute('aria-controls');
}
