// What the three comparisons share: an entry of the list of differences shows its place in both pictures, and back.
//
// page: [data-differences-of="<island id>"] holds buttons with data-shows="<element id>"
export function listOf(root, reveal) {
  const list = document.querySelector(`[data-differences-of="${root.id}"]`);
  const entries = () => [...list.querySelectorAll('[data-shows]')];

  function choose(id) {
    const chosen = entries().filter((entry) => entry.dataset.shows === id);
    entries().forEach((entry) => entry.classList.toggle('is-on', chosen.includes(entry)));
    return chosen[0];
  }

  function onClick({ target }) {
    const entry = target.closest('[data-shows]');
    if (!entry) return;
    choose(entry.dataset.shows);
    reveal(entry.dataset.shows);
  }

  list.addEventListener('click', onClick);
  return {
    // From the picture: the first entry about an element comes into view.
    pick: (id) => choose(id)?.scrollIntoView({ block: 'nearest' }),
    stop: () => list.removeEventListener('click', onClick),
  };
}

// The sides of a comparison by name.
export function sidesOf(root) {
  return Object.fromEntries([...root.querySelectorAll('[data-side]')].map((box) => [box.dataset.side, box]));
}
