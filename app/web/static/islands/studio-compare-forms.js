// Two forms side by side, to be looked at only; fields that differ are marked in both.
//
// props: old, new (schemas in the page's language), marks {old: {fieldId: 'added'|'removed'|'changed'|'moved'}, new: …}
import { listOf, sidesOf } from '../lib/comparing.js';
import { loadTranslate } from '../lib/translate.js';
import { Form } from '../vendor/form-viewer.js';
import { formLanguage } from './form-fields/language.js';
import { verdictModule } from './form-fields/verdict.js';

export const styles = ['vendor/form-viewer.css'];

export async function mount(root, props) {
  const translate = await loadTranslate('app', 'forms');
  const boxes = sidesOf(root);
  const forms = await Promise.all(['old', 'new'].map((name) => show(boxes[name], props[name], translate)));
  const places = (id) => Object.values(boxes).map((box) => placeOf(box, id)).filter(Boolean);
  for (const name of ['old', 'new']) {
    for (const [id, sign] of Object.entries(props.marks[name])) placeOf(boxes[name], id)?.classList.add(`is-${sign}`);
  }
  const list = listOf(root, (id) => {
    root.querySelectorAll('.is-shown').forEach((place) => place.classList.remove('is-shown'));
    places(id).forEach((place) => {
      place.classList.add('is-shown');
      place.scrollIntoView({ block: 'nearest' });
    });
  });
  return {
    destroy() {
      list.stop();
      forms.forEach((form) => form.destroy());
    },
  };
}

async function show(container, schema, translate) {
  const form = new Form({
    container,
    additionalModules: [{ translate: ['value', translate] }, formLanguage({}, null).module, verdictModule(() => Promise.resolve({}), translate)],
  });
  await form.importSchema(schema, {});
  form.setProperty('readOnly', true);
  // Fields appear in the next frame.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return form;
}

// form-js ends the ids of controls and labels with that of the field.
function placeOf(box, id) {
  const name = CSS.escape(id);
  return box.querySelector(`[id$="-${name}"], [for$="-${name}"], [id$="-${name}-label"]`)?.closest('.fjs-form-field');
}
