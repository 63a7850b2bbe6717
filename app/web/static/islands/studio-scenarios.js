// Runs the scenarios of a process one after another and shows on its drawing where they have been.
//
// props: runs [{id, run (POST → {passed, seconds, differences, elements, flows})}], viewer (id of the island with the drawing),
//        elements (id → name), flows [id]
// page:  [data-runs="<island id>"] runs all, [data-runs-one="<scenario id>"] runs one,
//        [data-result-of="<scenario id>"] shows how it ended
import { ApiError, call } from '../lib/api.js';
import { element, icon } from '../lib/dom.js';
import { toast } from '../lib/toast.js';
import { loadTranslate } from '../lib/translate.js';

export async function mount(root, props) {
  const translate = await loadTranslate('app');
  const bar = element('progress', { class: 'fl-progress', max: String(props.runs.length), value: '0', hidden: true });
  const words = element('div', { class: 'fl-s', role: 'status' });
  const missed = element('p', { class: 'fl-p fl-xs fl-3rd' });
  root.append(bar, words, missed);
  const outcomes = new Map();
  let busy = false;

  async function run(runs) {
    if (busy) return;
    setBusy(true);
    bar.value = 0;
    try {
      for (const one of runs) {
        words.textContent = translate('{done} of {count}', { done: bar.value, count: runs.length });
        place(one.id).replaceChildren(icon('clock'), translate('running'));
        outcomes.set(one.id, await call('POST', one.run, {}));
        show(one.id);
        bar.value += 1;
      }
      sum(runs);
    } catch (error) {
      words.textContent = '';
      toast(error instanceof ApiError ? error.message : translate('No connection. Try again.'), 'bad');
    } finally {
      setBusy(false);
    }
  }

  function setBusy(on) {
    busy = on;
    bar.hidden = !on;
    bar.max = props.runs.length || 1;
    document.querySelectorAll(`[data-runs="${root.id}"], [data-runs-one]`).forEach((button) => (button.disabled = on));
  }

  const place = (id) => document.querySelector(`[data-result-of="${CSS.escape(id)}"]`);

  function show(id) {
    const { passed, differences, seconds } = outcomes.get(id);
    const state = element('span', { class: `fl-pill fl-pill--${passed ? 'ok' : 'bad'}` }, icon(passed ? 'check' : 'stop'), passed ? translate('as expected') : translate('differs'));
    const first = passed ? `${seconds} s` : differences[0];
    place(id).replaceChildren(state, element('div', { class: 'fl-xs fl-2nd' }, first));
    paint();
  }

  function paint() {
    const been = new Set([...outcomes.values()].flatMap(({ elements, flows }) => [...elements, ...flows]));
    const marks = Object.fromEntries([...been].map((id) => [id, 'is-done']));
    document.getElementById(props.viewer)?.dispatchEvent(new CustomEvent('fl:marks', { detail: { marks } }));
    const left = Object.keys(props.elements).filter((id) => !been.has(id));
    const all = Object.keys(props.elements).length;
    const taken = props.flows.filter((id) => been.has(id)).length;
    missed.textContent = [
      translate('{been} of {all} elements and {taken} of {flows} flows visited.', { been: all - left.length, all, taken, flows: props.flows.length }),
      left.length ? translate('Not visited: {names}', { names: left.map((id) => props.elements[id]).join(' · ') }) : '',
    ].join(' ');
  }

  function sum(runs) {
    const failed = runs.filter(({ id }) => !outcomes.get(id).passed).length;
    words.textContent = failed ? translate('{failed} of {count} differ', { failed, count: runs.length }) : translate('All {count} ended as expected', { count: runs.length });
  }

  function onClick({ target }) {
    if (target.closest(`[data-runs="${root.id}"]`)) run(props.runs);
    const one = target.closest('[data-runs-one]')?.dataset.runsOne;
    if (one) run(props.runs.filter(({ id }) => id === one));
  }

  document.addEventListener('click', onClick);
  // The page gives the buttons away disabled, because one pressed before this line would do nothing.
  setBusy(false);
  return { destroy: () => document.removeEventListener('click', onClick) };
}
