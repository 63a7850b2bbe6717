// Where a function goes that is chosen beside an editor: into the FEEL field that was written in last.
import { editors } from '../../lib/editing.js';
import { toast } from '../../lib/toast.js';

const FIELDS = '.cm-content[contenteditable="true"]';

export function insertion(editor, translate) {
  let last = null;
  const watching = new AbortController();
  const remember = ({ target }) => {
    const field = target.closest?.(FIELDS);
    if (field) last = { field, cell: field.closest('[data-element-id]')?.dataset.elementId };
  };
  // On the way down, because the table keeps the event to itself.
  document.addEventListener('focusin', remember, { capture: true, signal: watching.signal });

  // Puts `name()` there with the cursor between the brackets; without such a field it goes to the clipboard.
  async function insert(name) {
    const field = last && (await shown(last));
    const view = field && editors.get(editor)?.expressionAt(field);
    if (view) return write(view, name);
    await navigator.clipboard?.writeText(`${name}()`);
    toast(translate('Copied. Click into an expression to insert it there.'));
  }

  return { insert, stop: () => watching.abort() };
}

// A field behind another tab comes back; the cell of a table is opened again, for it closes when the focus leaves it.
async function shown({ field, cell }) {
  const panel = field.closest('[role="tabpanel"]');
  if (panel?.hidden) document.getElementById(panel.getAttribute('aria-labelledby')).click();
  if (field.isConnected || !cell) return field.isConnected ? field : null;
  const place = `[data-element-id="${CSS.escape(cell)}"]`;
  document.querySelector(`${place} .feel-editor`)?.click();
  await new Promise(requestAnimationFrame); // the library draws the field before the next frame
  return document.querySelector(`${place} ${FIELDS}`);
}

function write(view, name) {
  const { from, to } = view.state.selection.main;
  const changes = { from, to, insert: `${name}()` };
  view.dispatch({ changes, selection: { anchor: from + name.length + 1 }, userEvent: 'input', scrollIntoView: true });
  view.focus();
}
