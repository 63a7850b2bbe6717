// The form editor. props: source (JSON text), functions (address of lib/functions.js), and those of lib/editing.js
import { editing } from '../lib/editing.js';
import { builtins, functionList } from '../lib/functions.js';
import { loadTranslate } from '../lib/translate.js';
import { EditorState, EditorView, FormEditor, StateEffect } from '../vendor/form-editor.js';
import { houseFields } from './form-fields/in-editor.js';
import { translateLeftovers } from './form-fields/leftovers.js';
import { verdictPanel } from './form-fields/verdict-panel.js';
import { completeAfterWords } from './studio/completion.js';
import { formVnodes } from './studio/form-vnodes.js';

export const styles = ['vendor/form-editor.css'];

// The library's own words in palette, panel and controls; the form's own texts are the author's.
const CHROME = [
  '.fjs-palette-container',
  '.fjs-properties-container',
  '.fjs-editor-context-pad',
  '.fjs-empty-editor',
  '.fjs-repeat-render-footer',
  '.fjs-filepicker-container',
  '.fjs-select-placeholder',
].join();

export async function mount(root, props) {
  const words = loadTranslate('app', 'forms', 'form-editor');
  const [translate, functions] = await Promise.all([words, functionList(props.functions)]);
  const isKey = (name) => editor.get('formFieldRegistry').getAll().some(({ key }) => key?.split('.')[0] === name);
  const vnodes = formVnodes(builtins(functions), isKey);
  const editor = new FormEditor({
    container: root,
    additionalModules: [{ translate: ['value', translate] }, houseFields(translate), verdictPanel(translate)],
  });
  await editor.importSchema(JSON.parse(props.source));
  const source = async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;
  const reveal = (id) => editor.get('selection').set(editor.get('formFieldRegistry').get(id));
  const expressionAt = (field) => EditorView.findFromDOM(field);
  const completion = completeAfterWords({ EditorState, EditorView, StateEffect });
  const session = editing(root, props, { source, show: () => {}, reveal, expressionAt }, translate);
  editor.on('commandStack.changed', session.changed);
  const leftovers = translateLeftovers(root, CHROME, translate);
  return {
    source,
    destroy() {
      completion.stop();
      vnodes.stop();
      leftovers.stop();
      session.stop();
      editor.destroy();
    },
  };
}
