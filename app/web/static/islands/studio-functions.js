// The functions of expressions: to look up, to put where one writes, and to try out.
//
// props: functions (address of lib/functions.js), try (POST {expression, variables} → {value, warnings}),
//        editor (id of an editor's island: a function can be put into the field of it that was written in last)
import { element, icon } from '../lib/dom.js';
import { functionList } from '../lib/functions.js';
import { loadTranslate } from '../lib/translate.js';
import { functionRow } from './studio/function-row.js';
import { insertion } from './studio/insertion.js';
import { trial } from './studio/trial.js';

export async function mount(root, props) {
  const [translate, { groups, functions }] = await Promise.all([loadTranslate('app'), functionList(props.functions)]);
  const place = props.editor ? insertion(props.editor, translate) : null;
  const attempt = trial(root.id, props.try, translate, !props.editor);
  const rows = functions.map((one) => functionRow(one, { insert: place?.insert, attempt: attempt.show }, translate));
  const shelves = groups.map((group) => shelf(group, rows.filter(({ about }) => about.group === group.id)));
  const nothing = element('p', { class: 'fl-p fl-s fl-3rd', hidden: true }, translate('No function is called or described like this.'));
  const found = element('div', { class: 'fl-sr', role: 'status' });
  const search = searchField(root.id, translate, (words) => {
    const count = filter(shelves, words);
    nothing.hidden = count > 0;
    found.textContent = words ? translate('{count} functions', { count }) : '';
  });
  root.append(element('div', { class: 'fl-fns' }, attempt.box, element('div', { class: 'fl-fns__list' }, search, found, nothing, ...shelves.map(({ box }) => box))));
  return { destroy: () => place?.stop() };
}

function searchField(id, translate, onInput) {
  const field = element('input', {
    class: 'fl-input fl-input--sm',
    type: 'search',
    id: `${id}-search`,
    placeholder: translate('Name or what it does'),
    'aria-label': translate('Search the functions'),
  });
  field.addEventListener('input', () => onInput(field.value.trim().toLowerCase()));
  return element('div', { class: 'fl-fns__search' }, element('span', { class: 'fl-affix' }, element('span', { class: 'fl-affix__l' }, icon('search')), field));
}

function shelf({ name }, rows) {
  const box = element('section', { class: 'fl-fns__group' }, element('h2', { class: 'fl-over' }, name), ...rows.map((row) => row.box));
  return { box, rows };
}

// Every word must occur in the name, the sentence or a signature. Returns how many functions are left.
function filter(shelves, typed) {
  const words = typed.split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { box, rows } of shelves) {
    const kept = rows.filter((row) => {
      row.box.hidden = !words.every((word) => row.hay.includes(word));
      return !row.box.hidden;
    });
    box.hidden = !kept.length;
    count += kept.length;
  }
  return count;
}
