// What an author says about a `verdict` in the form editor's panel: which decision, asked with which fields.
import { h } from '../../vendor/form-editor.js';

const LAST = 500;

export function verdictPanel(translate) {
  const entries = [
    { name: 'decision', label: translate('Decision') },
    { name: 'inputs', label: translate('Asked with these fields'), hint: translate('Keys, separated by commas'), list: true },
    { name: 'overrule', label: translate('Field that overrules the verdict') },
    { name: 'reason', label: translate('Field that says why') },
  ];

  function VerdictPanel(propertiesPanel) {
    propertiesPanel.registerProvider(this, LAST);
  }
  VerdictPanel.$inject = ['propertiesPanel'];
  VerdictPanel.prototype.getGroups = (field, editField) => (groups) => {
    if (field?.type !== 'verdict') return groups;
    const rows = entries.map((entry) => ({
      id: `verdict-${entry.name}`,
      component: () => textEntry(entry, field, editField),
      isEdited: () => Boolean(field[entry.name]?.length),
    }));
    return [...groups, { id: 'verdict', label: translate('Verdict'), entries: rows, shouldOpen: true }];
  };

  return { __init__: ['verdictPanel'], verdictPanel: ['type', VerdictPanel] };
}

// Without hooks, because the panel runs on a preact of its own.
function textEntry({ name, label, hint, list }, field, editField) {
  const id = `bio-properties-panel-verdict-${name}`;
  const shown = list ? (field[name] ?? []).join(', ') : (field[name] ?? '');
  const keep = (event) => editField(field, [name], list ? keys(event.target.value) : event.target.value.trim());
  return h(
    'div',
    { class: 'bio-properties-panel-entry', 'data-entry-id': id },
    h(
      'div',
      { class: 'bio-properties-panel-textfield' },
      h('label', { class: 'bio-properties-panel-label', for: id }, label),
      h('input', { id, class: 'bio-properties-panel-input', type: 'text', value: shown, spellcheck: false, onChange: keep }),
    ),
    hint && h('div', { class: 'bio-properties-panel-description' }, hint),
  );
}

function keys(text) {
  return text
    .split(/[,，\s]+/)
    .map((key) => key.trim())
    .filter(Boolean);
}
