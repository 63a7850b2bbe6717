// Decision tables side by side stand in the page; here the list of differences leads to their rows and columns.
import { listOf, sidesOf } from '../lib/comparing.js';

export async function mount(root) {
  const boxes = Object.values(sidesOf(root));
  const places = (id) => boxes.map((box) => box.querySelector(`[data-element-id="${CSS.escape(id)}"]`)).filter(Boolean);
  const list = listOf(root, (id) => {
    boxes.forEach((box) => box.querySelectorAll('.is-shown').forEach((place) => place.classList.remove('is-shown')));
    places(id).forEach((place) => {
      place.classList.add('is-shown');
      place.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
  });
  const onClick = ({ target }) => list.pick(target.closest('[data-element-id]')?.dataset.elementId);
  root.addEventListener('click', onClick);
  return {
    destroy() {
      root.removeEventListener('click', onClick);
      list.stop();
    },
  };
}
