// Turning the pages of a drawing. All of them are saved, whichever is open. What was done on a page can no longer be undone
// once it has been turned, because the library forgets its steps with the shapes they were about.
import { element } from '../../lib/dom.js';
import { pageName, pagesOf, pageWith } from '../../lib/pages.js';

// turned(): called when another page is open
export function pages(modeler, translate, turned) {
  const choice = element('select', { class: 'fl-input fl-input--sm fl-select', 'aria-label': translate('Page') });
  const box = element('div', { class: 'fl-pages', hidden: true }, choice);
  let open;

  async function turn(page) {
    modeler.get('directEditing').complete();
    await modeler.open(page);
    open = page.id;
    choice.value = open;
    turned();
  }

  choice.addEventListener('change', () => turn(all().find(({ id }) => id === choice.value)));
  return {
    box,
    // After an import, which opens the first page: back to the one that was open, if it is still there.
    async imported() {
      const there = all();
      choice.replaceChildren(...there.map((page) => element('option', { value: page.id }, pageName(page))));
      box.hidden = there.length < 2;
      const same = there.find(({ id }) => id === open);
      if (same && same !== there[0]) await turn(same);
      else open = there[0]?.id;
    },
    async showing(id) {
      const page = pageWith(modeler.getDefinitions(), id);
      if (page && page.id !== open) await turn(page);
    },
  };

  function all() {
    return pagesOf(modeler.getDefinitions());
  }
}
