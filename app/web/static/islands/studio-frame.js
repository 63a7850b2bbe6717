// What stands around an editor: the sum of its findings, tidying up, downloading, and what to do after a conflict.
//
// An editor needs room: it is taken out of its template on a screen that has some, and phones never load it.
//
// props: editor (id of its island), wide (id of the template it stands in), file (name to download as), tidy (POST {source} → {source}), try (POST {source} → {location})
import { ApiError, call } from '../lib/api.js';
import { element, icon } from '../lib/dom.js';
import { editors } from '../lib/editing.js';
import { toast } from '../lib/toast.js';
import { loadTranslate } from '../lib/translate.js';

export async function mount(root, props) {
  const translate = await loadTranslate('app');
  const watching = new AbortController();
  const room = window.matchMedia('(min-width: 721px)');
  const begin = () => room.matches && unfold(props) && watch(props, translate, watching.signal);
  begin();
  room.addEventListener('change', begin, { signal: watching.signal });
  return { destroy: () => watching.abort() };
}

function unfold({ wide }) {
  const template = document.getElementById(wide);
  template?.replaceWith(template.content);
  return template;
}

function watch(props, translate, signal) {
  const island = document.getElementById(props.editor);
  const on = (target, name, act) => target.addEventListener(name, act, { signal });
  const place = (name) => document.querySelector(`[data-${name}-of="${props.editor}"]`);

  const marks = new CSSStyleSheet();
  document.adoptedStyleSheets.push(marks);
  const present = (findings) => {
    sum(findings, place, translate);
    marks.replaceSync(findings.map((finding) => outline(props.editor, finding)).join(''));
  };
  on(island, 'fl:findings', ({ detail }) => present(detail.findings));
  on(island, 'fl:saved', ({ detail }) => saved(detail.result, place));
  on(island, 'fl:refused', ({ detail }) => refused(detail.error, place, translate, props.editor));
  on(document, 'click', ({ target }) => {
    if (target.closest(`[data-downloads="${props.editor}"]`)) download(props);
    const button = target.closest(`[data-tidies="${props.editor}"]`);
    if (button) tidy(button, props, translate);
    if (target.closest(`[data-tries="${props.editor}"]`)) attempt(props, translate);
  });
  // The editor may have shown what it knew before this island was ready.
  present(JSON.parse(document.getElementById(island.dataset.props).textContent).findings ?? []);
}

// Tables and forms draw themselves anew at every change, so what is wrong in them is marked by a rule, not by a class.
function outline(editor, { element_id: id, severity }) {
  if (!id) return '';
  const name = CSS.escape(id);
  const colour = severity === 'warning' ? '--fl-warn-solid' : '--fl-bad-solid';
  return `#${editor} :is(td, th)[data-element-id="${name}"], #${editor} .fjs-element[data-id="${name}"] { box-shadow: inset 0 0 0 2px var(${colour}); }`;
}

function sum(findings, place, translate) {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  badge(place('errors'), errors, translate('{count} to correct', { count: errors }));
  badge(place('warnings'), warnings, translate('{count} reminders', { count: warnings }));
  const verdict = place('verdict');
  verdict.className = `fl-sla fl-sla--${errors ? 'late' : warnings ? 'soon' : 'done'}`;
  const words = errors
    ? translate('{count} to correct before it can be published', { count: errors })
    : warnings
      ? translate('{count} reminders', { count: warnings })
      : translate('Nothing to correct');
  verdict.replaceChildren(icon(errors ? 'stop' : warnings ? 'late' : 'done'), words);
  place('under').classList.toggle('is-empty', !findings.length);
}

function badge(box, count, words) {
  box.hidden = !count;
  box.textContent = words;
}

function saved(result, place) {
  const version = place('version');
  if (version) version.textContent = `v${result.version}`;
  place('conflict').hidden = true;
  place('conflict').replaceChildren();
}

// Somebody else's version is newer: what is drawn here must not be lost, and must not go over it.
function refused(error, place, translate, editor) {
  if (error.problem.fields?.note) place('note')?.focus();
  if (error.problem.code === 'studio.scenarios_fail') return overrule(error, place, translate, editor);
  if (error.status !== 409) return;
  const box = place('conflict');
  const newest = element('a', { class: 'fl-btn fl-btn--sm', href: window.location.pathname, target: '_blank', rel: 'noopener' }, translate('Open the newest version'));
  const keep = element('button', { class: 'fl-btn fl-btn--sm', type: 'button', 'data-downloads': editor }, translate('Download mine'));
  box.replaceChildren(
    element('div', { class: 'fl-note fl-note--bad', role: 'alert' }, icon('stop'), element('div', { class: 'fl-grow' }, error.message), keep, newest),
  );
  box.hidden = false;
}

// Recorded scenarios speak against it: whoever knows better says why, and publishes all the same.
function overrule(error, place, translate, id) {
  const reason = element('input', {
    class: 'fl-input fl-input--sm fl-grow',
    maxlength: '200',
    'data-overrule-of': id,
    'aria-label': translate('Why all the same'),
    placeholder: translate('Why all the same'),
  });
  const again = document.querySelector(`[data-publishes="${id}"]`) ? 'data-publishes' : 'data-saves';
  const button = element('button', { class: 'fl-btn fl-btn--sm', type: 'button', [again]: id }, translate('Publish all the same'));
  const box = place('conflict');
  box.replaceChildren(
    element('div', { class: 'fl-note fl-note--bad', role: 'alert' }, icon('stop'), element('div', { class: 'fl-grow fl-stack' }, error.message, element('div', { class: 'fl-line' }, reason, button))),
  );
  box.hidden = false;
  reason.focus();
}

async function download({ editor, file }) {
  const source = await editors.get(editor).source();
  const address = URL.createObjectURL(new Blob([source], { type: 'application/octet-stream' }));
  element('a', { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function tidy(button, { editor, tidy: address }, translate) {
  const { source, load } = editors.get(editor);
  const words = button.lastChild.textContent;
  button.disabled = true;
  button.lastChild.textContent = translate('Drawing');
  try {
    const drawn = await call('POST', address, { source: await source() });
    await load(drawn.source);
    toast(translate('Drawn anew. Publish it to keep it.'));
  } catch (error) {
    toast(error.message, 'bad');
  } finally {
    button.disabled = false;
    button.lastChild.textContent = words;
  }
}

// What stands in the editor is tried in a tab of its own. A browser opens one at a press only, so it is opened first.
async function attempt({ editor, try: address }, translate) {
  const tab = window.open('', `try-${editor}`);
  try {
    const { location } = await call('POST', address, { source: await editors.get(editor).source() });
    tab.location.assign(new URL(location, window.location.href));
  } catch (error) {
    tab?.close();
    toast(error instanceof ApiError ? error.message : translate('No connection. Nothing is lost; save again.'), 'bad');
  }
}
