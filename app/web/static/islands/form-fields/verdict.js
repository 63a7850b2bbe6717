// The form component `verdict`: asks the server's decision table while one types and shows result and reasons.
// It changes nothing; the server evaluates again when the task is completed.
import { staticRoot } from '../../lib/dom.js';
import { h, useEffect, useState } from '../../vendor/form-viewer.js';

const WAIT = 350;

// ask(question) → { state: 'ok'|'warn'|'bad', title, reasons: [{ ok, text, source }] }
export function verdictModule(ask, translate) {
  function VerdictField(formFields, form) {
    const component = (properties) => h(Verdict, { ...properties, form, ask, translate });
    component.config = {
      type: 'verdict',
      keyed: false,
      name: 'Verdict',
      group: 'presentation',
      create: (options = {}) => ({ decision: '', inputs: [], ...options }),
    };
    formFields.register('verdict', component);
  }
  VerdictField.$inject = ['formFields', 'form'];
  return { __init__: ['verdictField'], verdictField: ['type', VerdictField] };
}

function Verdict({ field, form, ask, translate }) {
  const [answer, setAnswer] = useState(null);
  useEffect(() => watch(form, field, ask, setAnswer), [field.id]);
  return h('div', { class: 'fjs-form-field fjs-form-field-verdict', 'aria-live': 'polite' }, box(field, answer, translate));
}

// Asks once for every new set of inputs, and shows only the answer to the newest question.
function watch(form, field, ask, setAnswer) {
  let asked;
  let timer;
  const question = () => Object.fromEntries((field.inputs ?? []).map((path) => [path, at(form._getState().data, path)]));
  const look = () => {
    const inputs = question();
    const key = JSON.stringify(inputs);
    if (key === asked) return;
    asked = key;
    clearTimeout(timer);
    if (Object.values(inputs).every(isEmpty)) return setAnswer(null);
    timer = setTimeout(async () => {
      const answer = await ask({ component: field.id, decision: field.decision, inputs }).catch((error) => ({ error }));
      if (key === asked) setAnswer(answer);
    }, WAIT);
  };
  form.on('changed', look);
  look();
  return () => {
    clearTimeout(timer);
    form.off('changed', look);
  };
}

function isEmpty(value) {
  return value === null || value === '';
}

function at(data, path) {
  return path.split('.').reduce((value, key) => value?.[key], data) ?? null;
}

function box(field, answer, translate) {
  if (!answer) return frame('', 'info', field.label || translate('Verdict'), []);
  if (answer.error) return frame('bad', 'stop', answer.error.message, []);
  return frame(answer.state, answer.state === 'ok' ? 'shield' : 'shieldx', answer.title, answer.reasons ?? []);
}

function frame(state, icon, title, reasons) {
  return h(
    'div',
    { class: `fl-verdict fl-verdict--${state || 'open'}` },
    h('div', { class: 'fl-verdict__head' }, drawing(icon), h('span', null, title)),
    reasons.map(reason),
  );
}

function reason({ ok, text, source }) {
  const kind = ok === true ? ' fl-reason--yes' : ok === false ? ' fl-reason--no' : '';
  const mark = drawing(ok === true ? 'check' : ok === false ? 'x' : 'info');
  return h('div', { class: `fl-reason${kind}` }, mark, h('span', null, text, source && h('span', { class: 'fl-reason__src' }, ` ${source}`)));
}

function drawing(name) {
  return h('svg', { class: 'fl-i', 'aria-hidden': 'true' }, h('use', { href: `${staticRoot()}/icons.svg#i-${name}` }));
}
