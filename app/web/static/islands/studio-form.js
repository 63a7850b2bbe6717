// The form editor. props: source (JSON text), and those of lib/editing.js
import { editing } from '../lib/editing.js';
import { loadTranslate } from '../lib/translate.js';
import { FormEditor } from '../vendor/form-editor.js';
import { houseFields } from './form-fields/in-editor.js';
import { translateLeftovers } from './form-fields/leftovers.js';

export const styles = ['vendor/form-editor.css'];

// The library's own words in palette and panel; the form itself in the middle is the author's.
const CHROME = '.fjs-palette-container, .fjs-properties-container, .fjs-editor-context-pad, .fjs-empty-editor';

export async function mount(root, props) {
  const translate = await loadTranslate('app', 'forms', 'form-editor');
  const editor = new FormEditor({
    container: root,
    additionalModules: [{ translate: ['value', translate] }, houseFields(translate)],
  });
  await editor.importSchema(JSON.parse(props.source));
  const source = async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
  const reveal = (id) => editor.get('selection').set(editor.get('formFieldRegistry').get(id));
  const session = editing(root, props, { source, show: () => {}, reveal }, translate);
  editor.on('commandStack.changed', session.changed);
  const leftovers = translateLeftovers(root, CHROME, translate);
  return {
    source,
    destroy() {
      leftovers.stop();
      session.stop();
      editor.destroy();
    },
  };
}
