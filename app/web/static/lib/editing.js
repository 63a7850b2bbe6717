// What the three editors share: dirty state, check while editing, save with a base version, findings, leaving.
//
// props: save (POST {source, base} → {version, findings}; 422 carries findings, 409 says who saved),
//        publish (of a draft: the same address for publishing it), fix (POST {source, fix, element_id} → {source}),
//        keep (POST {source, base} → {location}: as a draft), autosave (whether a draft saves itself while one works),
//        fixes (name of a fix → its words), check (POST {source} → {findings}), base (version being edited), readOnly
// page:  [data-saves="<island id>"] saves, [data-publishes="<island id>"] publishes,
//        [data-keeps="<island id>"] keeps a draft,
//        [data-findings-of="<island id>"] lists findings,
//        [data-state-of="<island id>"] says whether everything is saved, [data-note-of="<island id>"] is sent along as `note`,
//        [data-overrule-of="<island id>"] as `overrule`
// findings are those of lib/findings.js
// events on the island's element: fl:saved {result}, fl:refused {error}, fl:findings {findings}, fl:changed
import { ApiError, call } from './api.js';
import { findingList } from './findings.js';
import { toast } from './toast.js';

const CHECK_AFTER = 700;
const SAVE_AFTER = 4000;

// Editors on the page by island id: {source, load, expressionAt}. `load` puts another source into the editor, where that is
// possible; `expressionAt` gives the CodeMirror view of one of its FEEL fields.
export const editors = new Map();

// source() → Promise<string>; show(findings) marks them in the editor; reveal(id) selects an element there;
// settle() takes over what is still being typed, before saving; load and expressionAt as above
export function editing(root, props, { source, show, reveal, load, expressionAt, settle = () => {} }, translate) {
  let base = props.base ?? null;
  let dirty = false;
  let timer;
  let saving = false;
  let keeping;
  let edits = 0;

  const places = (name) => document.querySelectorAll(`[data-${name}="${root.id}"]`);

  function say(words) {
    places('state-of').forEach((place) => (place.textContent = words));
  }

  function changed() {
    if (props.readOnly) return;
    dirty = true;
    edits += 1;
    say(translate('Not saved yet'));
    places('saves').forEach((button) => (button.disabled = false));
    root.dispatchEvent(new CustomEvent('fl:changed', { bubbles: true }));
    clearTimeout(timer);
    if (props.check) timer = setTimeout(check, CHECK_AFTER);
    clearTimeout(keeping);
    if (props.autosave) keeping = setTimeout(() => save(props.save, true), SAVE_AFTER);
  }

  async function check() {
    try {
      const { findings } = await call('POST', props.check, { source: await source() });
      present(findings);
    } catch (error) {
      if (error instanceof ApiError && error.status === 422) present(error.findings);
      else if (!(error instanceof TypeError)) throw error; // offline: the next change asks again
    }
  }

  // By itself it leaves alone what is being typed, and says nothing when there is no connection: the next change tries again.
  async function save(address = props.save, automatic = false) {
    if (saving || props.readOnly) return;
    saving = true;
    clearTimeout(keeping);
    try {
      if (!automatic) takeOver(settle);
      const before = edits;
      const note = places('note-of')[0]?.value;
      const result = await call('POST', address, { source: await source(), base, note, overrule: places('overrule-of')[0]?.value, automatic });
      base = result.version ?? base;
      dirty = edits !== before;
      if (address === (props.publish ?? props.save)) places('note-of').forEach((field) => (field.value = ''));
      say(translate(dirty ? 'Not saved yet' : 'Saved'));
      places('saves').forEach((button) => (button.disabled = !dirty));
      present(result.findings ?? []);
      if (result.message) toast(result.message);
      root.dispatchEvent(new CustomEvent('fl:saved', { bubbles: true, detail: { result } }));
      if (result.location) window.location.assign(result.location);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        if (!automatic) toast(translate('No connection. Nothing is lost; save again.'), 'bad');
      } else {
        if (error.findings.length) present(error.findings);
        if (error.status !== 409 || !places('conflict-of').length) toast(error.message, 'bad');
        root.dispatchEvent(new CustomEvent('fl:refused', { bubbles: true, detail: { error } }));
      }
    } finally {
      saving = false;
    }
  }

  const acts = { reveal, fix, names: props.fixes };

  async function fix(name, id) {
    try {
      const fixed = await call('POST', props.fix, { source: await source(), fix: name, element_id: id });
      await load(fixed.source);
    } catch (error) {
      toast(error instanceof ApiError ? error.message : translate('No connection. Nothing is lost; save again.'), 'bad');
    }
  }

  function present(findings) {
    show(findings);
    places('findings-of').forEach((list) => list.replaceChildren(...findingList(findings, acts)));
    root.dispatchEvent(new CustomEvent('fl:findings', { bubbles: true, detail: { findings } }));
  }

  function onClick(event) {
    if (event.target.closest(`[data-saves="${root.id}"]`)) save();
    if (event.target.closest(`[data-publishes="${root.id}"]`)) save(props.publish);
    if (event.target.closest(`[data-keeps="${root.id}"]`)) save(props.keep);
  }

  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      save();
    }
  }

  function onLeave(event) {
    if (dirty) event.preventDefault();
  }

  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey, true); // the editors keep keys to themselves while a name is typed
  window.addEventListener('beforeunload', onLeave);
  editors.set(root.id, { source, load, expressionAt });
  if (props.findings) present(props.findings);

  return {
    changed,
    stop() {
      editors.delete(root.id);
      clearTimeout(timer);
      clearTimeout(keeping);
      document.removeEventListener('click', onClick);
      document.removeEventListener('keydown', onKey, true);
      window.removeEventListener('beforeunload', onLeave);
    },
  };
}

// Panels keep keystrokes back for a moment and hand them over when their field loses the focus.
function takeOver(settle) {
  const typing = document.activeElement;
  typing?.blur?.();
  settle();
  typing?.focus?.({ preventScroll: true });
}
