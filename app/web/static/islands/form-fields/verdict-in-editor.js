// The form component `verdict` in the form editor: its place and its name. It asks nothing there.
import { h } from '../../vendor/form-editor.js';

export function verdictInEditor(translate) {
  function VerdictInEditor(formFields) {
    formFields.register('verdict', Preview);
  }
  VerdictInEditor.$inject = ['formFields'];

  function Preview({ field }) {
    const asks = translate('Decision {decision}, asked while one types', { decision: field.decision || '?' });
    return h('div', { class: 'fjs-form-field' }, h('div', { class: 'fl-note' }, h('div', null, field.label || translate('Verdict'), h('br'), asks)));
  }
  Preview.config = {
    type: 'verdict',
    keyed: false,
    name: translate('Verdict'),
    label: translate('Verdict'),
    group: 'presentation',
    create: (options = {}) => ({ decision: '', inputs: [], ...options }),
  };
  return { __init__: ['verdictInEditor'], verdictInEditor: ['type', VerdictInEditor] };
}
