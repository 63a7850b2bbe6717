// A place to try an expression: the expression, variables as JSON, and what it gives.
import { ApiError, call } from '../../lib/api.js';
import { element, icon } from '../../lib/dom.js';
import { marked } from '../../lib/excerpt.js';
import { toast } from '../../lib/toast.js';

export function trial(id, address, translate, open) {
  const expression = area(`${id}-expression`, 'if amount > 5000 then "manager" else "clerk"');
  const variables = area(`${id}-variables`, '{"amount": 6200}');
  const answer = element('div', { class: 'fl-trial__answer', 'aria-live': 'polite' });
  const button = element('button', { class: 'fl-btn fl-btn--sm fl-btn--primary', type: 'button', title: 'Ctrl Enter' }, icon('play'), translate('Evaluate'));
  const box = element(
    'details',
    { class: 'fl-trial', open },
    element('summary', { class: 'fl-trial__head' }, element('span', { class: 'fl-grow' }, translate('Try an expression')), icon('down')),
    element(
      'div',
      { class: 'fl-trial__body' },
      field(expression, translate('Expression')),
      field(variables, translate('Variables (JSON)')),
      element('div', { class: 'fl-line' }, button, element('span', { class: 'fl-xs fl-3rd' }, 'Ctrl Enter')),
      answer,
    ),
  );

  async function evaluate() {
    [expression, variables].forEach((one) => mark(one, ''));
    try {
      const { value, warnings } = await call('POST', address, { expression: expression.value, variables: variables.value });
      answer.replaceChildren(element('pre', { class: 'fl-pre fl-trial__value' }, value), ...warnings.map(warning));
    } catch (error) {
      if (!(error instanceof ApiError)) return toast(translate('No connection. Try again.'), 'bad');
      answer.replaceChildren();
      mark(error.fields.variables ? variables : expression, error.message);
    }
  }

  button.addEventListener('click', evaluate);
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    evaluate();
  });

  // Puts an example in and says what it gives. The variables stay: whoever looks something up has not finished trying.
  function show(source) {
    box.open = true;
    expression.value = source;
    box.scrollIntoView({ block: 'nearest' });
    return evaluate();
  }

  return { box, show };
}

function area(id, placeholder) {
  return element('textarea', { class: 'fl-input fl-input--area fl-trial__in', id, rows: 2, placeholder, spellcheck: 'false', autocomplete: 'off', 'aria-describedby': `${id}-error` });
}

function field(control, label) {
  return element(
    'div',
    { class: 'fl-field' },
    element('label', { class: 'fl-label', for: control.id }, label),
    control,
    element('div', { class: 'fl-err', id: `${control.id}-error`, hidden: true }),
  );
}

function mark(control, sentence) {
  const place = document.getElementById(`${control.id}-error`);
  control.classList.toggle('is-bad', Boolean(sentence));
  control.setAttribute('aria-invalid', String(Boolean(sentence)));
  place.hidden = !sentence;
  place.replaceChildren(icon('late'), sentence);
}

function warning({ text, excerpt }) {
  return element('div', { class: 'fl-trial__warn' }, icon('late'), element('span', {}, text), excerpt.length ? marked(excerpt) : null);
}
