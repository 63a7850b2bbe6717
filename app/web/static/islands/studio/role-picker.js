// Beneath the candidate groups of a user task: the roles by name, to choose and to take out.
import { element as build } from '../../lib/dom.js';
import { h } from '../../vendor/bpmn-studio.js';
import { beneath, extensionOf } from './beneath.js';
import { HERE, namedRoles, readGroups, writeGroups } from './roles.js';

const LIST = 'known-roles';

// roles: [{ id, name }]
export function rolesModule(roles, translate) {
  const names = new Map(roles.map(({ id, name }) => [id, name]));
  const ids = new Map(roles.flatMap(({ id, name }) => [[id, id], [name, id]]));

  function RolePicker(propertiesPanel, commandStack, bpmnFactory) {
    beneath(propertiesPanel, { assignmentDefinitionCandidateGroups: picker });

    function picker({ element }) {
      const text = extensionOf(element, 'zeebe:AssignmentDefinition')?.get('candidateGroups') ?? '';
      const groups = readGroups(text);
      if (!groups) return told(namedRoles(text, names));
      const set = (changed) => assign(element, writeGroups(changed));
      const here = groups.length > 0 && groups.every(({ unit }) => unit === HERE);
      return h(
        'div',
        { class: 'fl-roles' },
        ...groups.map((group) => chip(group, () => set(groups.filter((one) => one !== group)))),
        adding((role) => groups.some((one) => one.role === role) || set([...groups, { role, unit: here ? HERE : '' }])),
        groups.length ? unit(here, (only) => set(groups.map(({ role }) => ({ role, unit: only ? HERE : '' })))) : null,
      );
    }

    function assign(element, candidateGroups) {
      const object = element.businessObject;
      const change = (moddleElement, properties) => ({ cmd: 'element.updateModdleProperties', context: { element, moddleElement, properties } });
      const commands = [];
      const extensions = object.extensionElements ?? create('bpmn:ExtensionElements', { values: [] }, object);
      if (!object.extensionElements) commands.push(change(object, { extensionElements: extensions }));
      const known = extensionOf(element, 'zeebe:AssignmentDefinition');
      const definition = known ?? create('zeebe:AssignmentDefinition', {}, extensions);
      if (!known) commands.push(change(extensions, { values: [...extensions.get('values'), definition] }));
      commands.push(change(definition, { candidateGroups: candidateGroups || undefined }));
      commandStack.execute('properties-panel.multi-command-executor', commands);
    }

    function create(type, properties, parent) {
      const made = bpmnFactory.create(type, properties);
      made.$parent = parent;
      return made;
    }
  }
  RolePicker.$inject = ['propertiesPanel', 'commandStack', 'bpmnFactory'];

  function chip({ role, unit: at }, onRemove) {
    const name = names.get(role);
    const where = at && at !== HERE ? ` @ ${at}` : '';
    return h(
      'span',
      { class: `fl-role${name ? '' : ' fl-role--strange'}`, title: role },
      `${name ?? role}${where}`,
      h('button', { class: 'fl-role__out', type: 'button', 'aria-label': translate('Take out {name}', { name: name ?? role }), onClick: onRemove }, '×'),
    );
  }

  function adding(onAdd) {
    const choose = ({ target }) => {
      const role = ids.get(target.value.trim());
      if (!role) return;
      target.value = '';
      onAdd(role);
    };
    const words = translate('Add a role');
    return h('input', { class: 'bio-properties-panel-input fl-roles__add', list: list(), placeholder: words, 'aria-label': words, onInput: choose, onChange: choose });
  }

  function unit(checked, onChange) {
    return h(
      'label',
      { class: 'fl-roles__unit' },
      h('input', { type: 'checkbox', checked, onChange: ({ target }) => onChange(target.checked) }),
      translate('Only at the unit that answers for the case'),
    );
  }

  function told(found) {
    if (!found.length) return null;
    return h('div', { class: 'fl-beneath__line' }, translate('Named in it: {roles}', { roles: found.map((id) => names.get(id)).join(' · ') }));
  }

  function list() {
    if (!document.getElementById(LIST)) {
      document.body.append(build('datalist', { id: LIST }, ...roles.map(({ id, name }) => build('option', { value: name }, id))));
    }
    return LIST;
  }

  return { __init__: ['rolePicker'], rolePicker: ['type', RolePicker] };
}
