// The form editor. props: source (JSON text), and those of lib/editing.js
import { editing } from '../lib/editing.js';
import { loadTranslate } from '../lib/translate.js';
import { FormEditor } from '../vendor/form-editor.js';
import { verdictInEditor } from './form-fields/verdict-in-editor.js';

export const styles = ['vendor/form-editor.css'];

export async function mount(root, props) {
  const translate = await loadTranslate('app', 'forms');
  const editor = new FormEditor({
    container: root,
    additionalModules: [{ translate: ['value', translate] }, verdictInEditor(translate)],
  });
  await editor.importSchema(JSON.parse(props.source));
  const source = async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
  const reveal = (id) => editor.get('selection').set(editor.get('formFieldRegistry').get(id));
  const session = editing(root, props, { source, show: () => {}, reveal }, translate);
  editor.on('commandStack.changed', session.changed);
  return {
    source,
    destroy() {
      session.stop();
      editor.destroy();
    },
  };
}
