// The list of the inbox: walking through it, opening a task beside it, choosing several.
const list = document.getElementById('list');
const inbox = list.parentElement;

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]');
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing || document.querySelector('dialog[open]')) return;
  if (event.key === 'j') walk(1);
  if (event.key === 'k') walk(-1);
});

// Before anything else hears it: fields of the form keep Enter for themselves, with Ctrl as well.
document.addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || document.querySelector('dialog[open]')) return;
    const submit = document.querySelector('#task [data-submits]');
    if (!submit || submit.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    submit.click();
  },
  true,
);

document.addEventListener('click', (event) => {
  const target = event.target;
  if (target.closest('[data-choose]')) toggleChoosing(target.closest('[data-choose]'));
  if (target.closest('[data-choose-all]')) chooseAll();
  if (target.closest('[data-refresh]')) refresh();
  if (target.closest('[data-comment]')) comment();
  if (target.closest('[data-back]') && !event.ctrlKey && !event.metaKey) back(event);
});

list.addEventListener('change', (event) => event.target.name === 'chosen' && countChosen());

document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-closes]')) event.target.closest('dialog').close();
});

document.addEventListener('htmx:after:swap', (event) => {
  const source = event.detail.ctx?.sourceElement;
  if (source?.matches?.('[data-row]')) opened(source);
  if (source?.id === 'rows') countChosen();
  if (document.getElementById('bulk-result')?.contains(event.target)) countChosen();
});

document.addEventListener('inbox-changed', () => choosing(false));

window.addEventListener('popstate', () => window.location.reload());

function rows() {
  return [...list.querySelectorAll('[data-row]')];
}

// From the row that has the focus, else from the open one.
function walk(step) {
  const all = rows();
  const from = all.findIndex((row) => row === document.activeElement);
  const at = from >= 0 ? from : all.findIndex((row) => row.classList.contains('is-on'));
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function opened(row) {
  for (const other of rows()) {
    other.classList.toggle('is-on', other === row);
    if (other === row) other.setAttribute('aria-current', 'true');
    else other.removeAttribute('aria-current');
  }
  inbox.classList.add('is-open');
  // The refreshed list shall mark the same row.
  const address = new URL(row.href);
  const region = document.getElementById('rows');
  const polled = new URL(region.getAttribute('hx-get'), window.location.origin);
  for (const name of ['task', 'answer']) {
    polled.searchParams.delete(name);
    if (address.searchParams.has(name)) polled.searchParams.set(name, address.searchParams.get(name));
  }
  region.setAttribute('hx-get', polled.pathname + polled.search);
  window.history.pushState(null, '', row.href);
  document.getElementById('task-title')?.focus({ preventScroll: true });
}

function back(event) {
  event.preventDefault();
  window.history.pushState(null, '', event.target.closest('[data-back]').href);
  inbox.classList.remove('is-open');
  list.querySelector('[data-row].is-on')?.focus();
}

function toggleChoosing(button) {
  const row = document.activeElement?.closest('.fl-rowbox');
  const box = row?.querySelector('[name="chosen"]');
  if (!box) return choosing(button.getAttribute('aria-pressed') !== 'true');
  box.checked = !box.checked;
  choosing(true);
}

function choosing(on) {
  list.classList.toggle('is-choosing', on);
  list.querySelector('[data-choose]')?.setAttribute('aria-pressed', String(on));
  const bar = document.getElementById('bulk');
  bar.hidden = !on;
  if (!on) list.querySelectorAll('[name="chosen"]').forEach((box) => (box.checked = false));
  countChosen();
}

function chooseAll() {
  const boxes = [...list.querySelectorAll('[name="chosen"]')];
  const on = boxes.some((box) => !box.checked);
  boxes.forEach((box) => (box.checked = on));
  countChosen();
}

function countChosen() {
  const count = list.querySelectorAll('[name="chosen"]:checked').length;
  const place = list.querySelector('[data-chosen]');
  if (place) place.textContent = String(count);
  list.querySelectorAll('#bulk [type="submit"], #bulk [data-open]').forEach((button) => (button.disabled = count === 0));
}

function refresh() {
  document.body.dispatchEvent(new CustomEvent('inbox-changed', { bubbles: true }));
}

function comment() {
  document.getElementById('tab-p-story')?.click();
  document.querySelector('[data-comment-text]')?.focus();
}
