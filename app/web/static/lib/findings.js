// The list of findings below an editor: under headings when they have some, with what can be done about a whole group.
//
// finding: {severity: 'error'|'warning', element_id, text, hint?, excerpt?: [before, marked, after], code,
//           heading?, fixes?: [{name, element_id}]}
import { element, icon } from './dom.js';
import { marked } from './excerpt.js';

// reveal(id) selects an element in the editor; fix(name, element id) does something about it; names: words of the fixes
export function findingList(findings, { reveal, fix, names = {} }) {
  const nodes = [];
  let group = null;
  for (const finding of findings) {
    if (finding.heading && finding.heading !== group) {
      group = finding.heading;
      nodes.push(heading(group, findings.filter((one) => one.heading === group), fix, names));
    }
    nodes.push(row(finding, reveal));
  }
  return nodes;
}

function heading(words, findings, fix, names) {
  const fixes = new Map(findings.flatMap((finding) => finding.fixes ?? []).map((one) => [one.name, one]));
  const buttons = [...fixes.values()].map(({ name, element_id: id }) => {
    const button = element('button', { class: 'fl-btn fl-btn--sm', type: 'button' }, names[name]);
    button.addEventListener('click', () => fix(name, id));
    return button;
  });
  const title = element('h3', { class: 'fl-h3' }, words);
  const count = element('span', { class: 'fl-badge' }, String(findings.length));
  return element('div', { class: 'fl-line fl-lint-head' }, title, count, element('span', { class: 'fl-grow' }), ...buttons);
}

function row(finding, reveal) {
  const bad = finding.severity !== 'warning';
  const line = element(
    'button',
    { class: `fl-lint fl-lint--${bad ? 'err' : 'warn'}`, type: 'button' },
    icon(bad ? 'stop' : 'late'),
    element('span', {}, finding.text),
    element('span', { class: 'fl-tag' }, finding.code),
    finding.hint ? element('span', { class: 'fl-lint__d' }, finding.hint) : null,
    finding.excerpt?.length ? marked(finding.excerpt, 'fl-lint__x') : null,
  );
  line.addEventListener('click', () => finding.element_id && reveal(finding.element_id));
  return line;
}
