// Our part of the form editor's palette: `verdict` added (it asks nothing there), and what our forms refuse taken away.
import { staticRoot } from '../../lib/dom.js';
import { h } from '../../vendor/form-editor.js';

// Both would put somebody else's page into ours; the deploy gate refuses them.
const REFUSED = ['html', 'iframe', 'documentPreview'];

export function houseFields(translate) {
  function HouseFields(formFields) {
    formFields.register('verdict', Preview);
    REFUSED.forEach((type) => delete formFields._formFields[type]);
  }
  HouseFields.$inject = ['formFields'];

  function Preview({ field }) {
    const asks = translate('Decision {decision}, asked while one types', { decision: field.decision || '?' });
    const text = h('div', null, field.label || translate('Verdict'), h('br'), asks);
    return h('div', { class: 'fjs-form-field' }, h('div', { class: 'fl-note' }, drawing(), text));
  }
  Preview.config = {
    type: 'verdict',
    keyed: false,
    name: translate('Verdict'),
    label: translate('Verdict'),
    group: 'presentation',
    propertiesPanelEntries: ['label', 'description'],
    icon: () => drawing('fl-i--palette'),
    create: (options = {}) => ({ decision: '', inputs: [], ...options }),
  };
  return { __init__: ['houseFields'], houseFields: ['type', HouseFields] };
}

function drawing(modifier = '') {
  const use = h('use', { href: `${staticRoot()}/icons.svg#i-shield` });
  return h('svg', { class: `fl-i ${modifier}`.trim(), 'aria-hidden': 'true' }, use);
}
