// A task's form: shown by form-js, kept as a draft while one types, checked again by the server.
//
// props: schema (already in the page's language), data, readOnly,
//        submit (POST {data} → {location?, message?}; 422 carries fields), draft (PUT {data}),
//        upload (POST multipart `file`, `component` → {documentId, …}), verdict (POST {component, decision, inputs}),
//        asked (expression → names; what the browser cannot compute), compute (POST {questions} → {answers})
// page:  a button with data-submits="<island id>" submits; [data-draft-of="<island id>"] shows the state of the draft
// events on the island's element: fl:submitted {result}, fl:draft {state}
import { ApiError, call } from '../lib/api.js';
import { toast } from '../lib/toast.js';
import { loadTranslate } from '../lib/translate.js';
import { Form } from '../vendor/form-viewer.js';
import { draftKeeper } from './form-fields/draft.js';
import { fieldErrors } from './form-fields/errors.js';
import { formLanguage } from './form-fields/language.js';
import { translateLeftovers } from './form-fields/leftovers.js';
import { verdictModule } from './form-fields/verdict.js';

export const styles = ['vendor/form-viewer.css'];

export async function mount(root, props) {
  const translate = await loadTranslate('app', 'forms');
  const ask = props.compute && ((questions) => call('POST', props.compute, { questions }).then(({ answers }) => answers));
  const language = formLanguage(props.asked ?? {}, ask);
  const form = new Form({
    container: root,
    debounce: false, // every keystroke counts for draft and verdict; their own timers keep the server calm
    additionalModules: [
      { translate: ['value', translate] },
      language.module,
      verdictModule((question) => call('POST', props.verdict, question), translate),
    ],
  });
  await language.prepare(props.data ?? {});
  await form.importSchema(props.schema, props.data ?? {});
  if (props.readOnly) form.setProperty('readOnly', true);
  const leftovers = translateLeftovers(root, '.fjs-filepicker-button, .fjs-select-placeholder, .fjs-form-field-select .fjs-input-group', translate);
  const draft = props.draft && !props.readOnly ? draftKeeper(root, form, props.draft, translate) : null;
  const submitter = submission(root, form, props, draft, translate);
  form.on('submit', submitter.onSubmit);
  document.addEventListener('click', submitter.onClick);
  return {
    destroy() {
      document.removeEventListener('click', submitter.onClick);
      leftovers.stop();
      draft?.stop();
      form.destroy();
    },
  };
}

function submission(root, form, props, draft, translate) {
  let busy = false;

  async function send({ data, files }) {
    draft?.pause();
    const uploaded = await uploadAll(files, props.upload, form);
    const result = await call('POST', props.submit, { data: replaceTokens(data, uploaded) });
    draft?.stop();
    root.dispatchEvent(new CustomEvent('fl:submitted', { bubbles: true, detail: { result } }));
    if (result?.location) window.location.assign(result.location);
    else if (result?.message) toast(result.message);
  }

  function onFailure(error) {
    if (!(error instanceof ApiError)) {
      draft?.resume();
      return toast(translate('No connection. Your draft is kept; try again.'), 'bad');
    }
    if (error.status === 409) form.setProperty('readOnly', true);
    else draft?.resume();
    const left = fieldErrors(form, error.fields);
    toast([error.message, ...left].join(' '), 'bad');
    focusFirstError(root);
  }

  async function onSubmit(event) {
    if (Object.keys(event.errors).length) return focusFirstError(root);
    if (busy || !props.submit) return;
    setBusy(true);
    try {
      await send(event);
    } catch (error) {
      onFailure(error);
    } finally {
      setBusy(false);
    }
  }

  function setBusy(on) {
    busy = on;
    root.setAttribute('aria-busy', String(on));
    document.querySelectorAll(`[data-submits="${root.id}"]`).forEach((button) => (button.disabled = on));
  }

  function onClick(event) {
    if (event.target.closest(`[data-submits="${root.id}"]`) && !busy) form.submit();
  }

  return { onSubmit, onClick };
}

// form-js keeps chosen files in memory and puts a token into the data; the server gets documents instead.
async function uploadAll(files, address, form) {
  const uploaded = new Map();
  for (const [token, list] of files ?? []) {
    const component = form.get('formFieldInstanceRegistry').getAllKeyed().find(({ value }) => value === token)?.id ?? '';
    uploaded.set(token, await Promise.all(list.map((file) => uploadOne(file, component, address))));
  }
  return uploaded;
}

function uploadOne(file, component, address) {
  const body = new FormData();
  body.append('file', file);
  body.append('component', component);
  return call('POST', address, body);
}

function replaceTokens(value, uploaded) {
  if (typeof value === 'string') return uploaded.get(value) ?? value;
  if (Array.isArray(value)) return value.map((entry) => replaceTokens(entry, uploaded));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, replaceTokens(entry, uploaded)]));
  }
  return value;
}

function focusFirstError(root) {
  // form-js renders the messages in the next frame.
  requestAnimationFrame(() => {
    const field = root.querySelector('.fjs-has-errors');
    field?.scrollIntoView({ block: 'center' });
    field?.querySelector('input, textarea, [tabindex]')?.focus();
  });
}
