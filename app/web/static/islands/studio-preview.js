// The form that stands in the editor, as whoever fills it in will see it: to try labels, conditions and checks, and to see
// what a task would store. What was filled in stays while the form changes.
//
// props: editor (id of the form editor's island), preview (POST {source} → {schema, data, asked}),
//        compute (POST {source, questions} → {answers}), verdict (POST {source, component, inputs} → the form's verdict),
//        submit (POST {source, data} → {stored}; 422 carries fields)
import { call } from '../lib/api.js';
import { element, icon } from '../lib/dom.js';
import { editors } from '../lib/editing.js';
import { loadTranslate } from '../lib/translate.js';
import { Form } from '../vendor/form-viewer.js';
import { fieldErrors } from './form-fields/errors.js';
import { formLanguage } from './form-fields/language.js';
import { translateLeftovers } from './form-fields/leftovers.js';
import { verdictModule } from './form-fields/verdict.js';

export const styles = ['vendor/form-preview.css'];

const WAIT = 400;

export async function mount(root, props) {
  const translate = await loadTranslate('app', 'forms');
  const place = element('div', { class: 'fl-preview__form' });
  const answer = element('div', { class: 'fl-preview__answer', 'aria-live': 'polite' });
  const button = element('button', { class: 'fl-btn fl-btn--sm', type: 'button' }, icon('check'), translate('Check what is filled in'));
  root.append(place, element('div', { class: 'fl-line' }, button), answer);

  const editor = document.getElementById(props.editor);
  const ask = (address, more) => call('POST', address, { source: open.source, ...more });
  const open = { form: null, source: null };
  let stale = true;
  let timer;

  async function show() {
    if (!root.offsetParent || !editors.has(props.editor)) return; // behind another tab
    stale = false;
    const source = await editors.get(props.editor).source();
    if (source === open.source) return;
    open.source = source;
    answer.replaceChildren();
    try {
      await build(await ask(props.preview));
    } catch (error) {
      answer.replaceChildren(element('div', { class: 'fl-note fl-note--bad' }, icon('stop'), element('div', { class: 'fl-grow' }, error.message)));
    }
  }

  async function build({ schema, data, asked }) {
    const filled = { ...data, ...open.form?._getState().data };
    const language = formLanguage(asked, (questions) => ask(props.compute, { questions }).then(({ answers }) => answers));
    open.form?.destroy();
    const verdicts = verdictModule((question) => ask(props.verdict, question), translate);
    open.form = new Form({ container: place, debounce: false, additionalModules: [{ translate: ['value', translate] }, language.module, verdicts] });
    await language.prepare(filled);
    await open.form.importSchema(schema, filled);
  }

  async function submit() {
    const { data, errors } = open.form.submit();
    if (Object.keys(errors).length) return answer.replaceChildren();
    try {
      const { stored } = await ask(props.submit, { data });
      const words = element('p', { class: 'fl-p fl-s fl-2nd' }, translate('A task would store this:'));
      answer.replaceChildren(words, element('pre', { class: 'fl-pre' }, JSON.stringify(stored, null, 2)));
    } catch (error) {
      const left = fieldErrors(open.form, error.fields ?? {});
      answer.replaceChildren(element('p', { class: 'fl-p fl-s' }, [error.message, ...left].join(' ')));
    }
  }

  const changed = () => {
    stale = true;
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  };
  const leftovers = translateLeftovers(place, '.fjs-filepicker-button, .fjs-select-placeholder', translate);
  const sight = new ResizeObserver(() => stale && show());
  sight.observe(root);
  editor.addEventListener('fl:changed', changed);
  button.addEventListener('click', submit);
  return {
    destroy() {
      clearTimeout(timer);
      sight.disconnect();
      editor.removeEventListener('fl:changed', changed);
      leftovers.stop();
      open.form?.destroy();
    },
  };
}
