// One function of the reference: its name, and on demand how it is called, what it does and what examples give.
import { element, icon } from '../../lib/dom.js';

// acts: insert(call) puts a call where one writes; attempt(expression) tries an example. Either may be missing.
export function functionRow(about, { insert, attempt }, translate) {
  const box = element(
    'details',
    { class: 'fl-fn', 'data-function': about.name },
    element('summary', { class: 'fl-fn__head' }, element('span', { class: 'fl-fn__name' }, about.name), element('span', { class: 'fl-fn__does' }, about.text)),
    element(
      'div',
      { class: 'fl-fn__body' },
      ...about.signatures.map(({ text }) => element('code', { class: 'fl-fn__sig' }, text)),
      element('p', { class: 'fl-p fl-s' }, about.text),
      about.examples.length ? element('div', { class: 'fl-fn__examples' }, ...about.examples.map((one) => example(one, attempt, translate))) : null,
      insert ? act('plus', translate('Insert'), translate('Insert {name}', { name: about.name }), () => insert(about.name)) : null,
    ),
  );
  const hay = [about.name, about.text, ...about.signatures.map(({ text }) => text)].join(' ').toLowerCase();
  return { about, box, hay };
}

function example({ feel, gives }, attempt, translate) {
  const line = element(
    'button',
    { class: 'fl-fn__ex', type: 'button', title: translate('Try this example') },
    element('code', {}, feel),
    element('code', { class: 'fl-fn__gives' }, `= ${gives}`),
  );
  line.addEventListener('click', () => attempt(feel));
  return line;
}

function act(picture, words, label, onClick) {
  const button = element('button', { class: 'fl-btn fl-btn--sm', type: 'button', 'aria-label': label }, icon(picture), words);
  // The field keeps the focus, and with it the place where the function goes.
  button.addEventListener('mousedown', (event) => event.preventDefault());
  button.addEventListener('click', onClick);
  return button;
}
