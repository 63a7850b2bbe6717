// Behaviour of the page frame: dialogs, tabs, menus, toasts, shortcut keys, quiet polling.
import { expire } from './toast.js';

const TYPING = 'input, textarea, select, [contenteditable="true"], [contenteditable=""]';

document.addEventListener('click', (event) => {
  const target = event.target;
  const opener = target.closest('[data-open]');
  if (opener) openDialog(opener.dataset.open);
  if (target.closest('[data-close]')) target.closest('dialog')?.close();
  if (target.closest('[data-print]')) window.print();
  if (target.closest('[data-copy]')) copy(target.closest('[data-copy]').dataset.copy);
  if (target.closest('[data-dismiss]')) target.closest('[data-toast]')?.remove();
  const tab = target.closest('[data-tab]');
  if (tab) showTab(tab);
  closeMenus(target.closest('[data-menu] > summary')?.parentElement);
  if (target.tagName === 'DIALOG') target.close(); // a click beside the dialog hits its backdrop
});

document.addEventListener('change', (event) => {
  const choice = event.target.closest('.fl-choice')?.parentElement;
  choice?.querySelectorAll('.fl-choice').forEach(markChoice);
});

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-address]');
  if (form) tellAddress(form);
});

document.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  if (event.key === 'Escape') closeMenus();
  const arrow = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (arrow && event.target.matches?.('[role="tab"]')) return moveTab(event.target, arrow);
  if (event.target.closest?.('#palette')) return steer(event);
  const name = keyName(event);
  if (name.length === 1 && (event.target.closest?.(TYPING) || document.querySelector('dialog[open]'))) return;
  const target = name === 'Ctrl+k' ? document.getElementById('palette') : shortcut(name);
  if (!target) return;
  event.preventDefault();
  if (target.tagName === 'DIALOG') openDialog(target.id);
  else if (target.matches('input:not([type="radio"], [type="checkbox"]), textarea, select')) target.focus();
  else target.click();
});

// The list that is being looked at is refreshed; a hidden tab is left alone.
document.addEventListener('htmx:before:request', (event) => {
  if (document.hidden && event.detail.ctx.sourceEvent?.type === 'every') event.preventDefault();
});

new MutationObserver(prepare).observe(document.body, { childList: true, subtree: true });
prepare();

// What a filter shows stands in the page's address, so that it can be kept and sent; links that follow it do the same.
function tellAddress(form) {
  const wanted = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const search = wanted.size ? `?${wanted}` : '';
  window.history.replaceState(null, '', form.getAttribute('action') + search);
  document.querySelectorAll('a[data-follows]').forEach((link) => { link.search = search; });
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  document.querySelectorAll('dialog[open]').forEach((other) => other.close());
  dialog.showModal();
  dialog.querySelector('input:not([type="hidden"]), textarea')?.focus();
}

// A page that came over plain http from another machine has no clipboard; there the field beside the button is marked.
async function copy(text) {
  const field = [...document.querySelectorAll('input[readonly]')].find(({ value }) => value === text);
  field?.select();
  await navigator.clipboard?.writeText(text);
}

function closeMenus(except) {
  document.querySelectorAll('[data-menu][open]').forEach((menu) => menu !== except && menu.removeAttribute('open'));
}

function showTab(tab) {
  for (const other of tab.closest('[role="tablist"]').querySelectorAll('[data-tab]')) {
    const on = other === tab;
    other.classList.toggle('is-on', on);
    other.setAttribute('aria-selected', String(on));
    other.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(other.dataset.tab);
    if (panel) panel.hidden = !on;
  }
}

function moveTab(tab, step) {
  const tabs = [...tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')];
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  next.focus();
  showTab(next);
}

// In the search: arrows walk through what was found, Enter in the field takes the first.
function steer(event) {
  const found = [...document.querySelectorAll('#palette .fl-menu__item')];
  const at = found.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    event.preventDefault();
    (found[at + step] ?? document.querySelector('#palette input')).focus();
  } else if (event.key === 'Enter' && at < 0) found[0]?.click();
}

function keyName(event) {
  const held = event.ctrlKey || event.metaKey ? 'Ctrl+' : event.altKey ? 'Alt+' : '';
  return held + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

// data-key="j" on any control gives it a key; the first one that is visible and enabled answers.
function shortcut(name) {
  if (name === '?') return document.getElementById('keys');
  const controls = document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`);
  return [...controls].find((control) => !control.disabled && control.checkVisibility());
}

function markChoice(choice) {
  choice.classList.toggle('is-on', choice.querySelector('input').checked);
}

function prepare() {
  document.querySelectorAll('[data-toast]:not([data-seen])').forEach((box) => {
    box.dataset.seen = '';
    expire(box);
  });
  document.querySelectorAll('.fl-choice').forEach(markChoice);
}
