// Moving visits on the board: by dragging a card to somebody else, by its button, or with M on the card in focus.
// Every way opens the same dialog, which shows who could go and why; nothing moves without it.
const board = document.getElementById('board');
let dragged = null;

board.addEventListener('dragstart', (event) => {
  dragged = event.target.closest('[data-visit]');
  if (!dragged) return;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', dragged.dataset.visit);
  dragged.classList.add('is-dragged');
});

board.addEventListener('dragover', (event) => {
  const place = event.target.closest('[data-staff]');
  if (!dragged || !place) return;
  event.preventDefault();
  mark(place);
});

board.addEventListener('drop', (event) => {
  const place = event.target.closest('[data-staff]');
  if (!dragged || !place) return;
  event.preventDefault();
  open(dragged, place.dataset.staff, place.dataset.day);
});

board.addEventListener('dragend', () => {
  dragged?.classList.remove('is-dragged');
  dragged = null;
  mark(null);
});

board.addEventListener('click', (event) => {
  const button = event.target.closest('[data-move]');
  if (button) open(button.closest('[data-visit]'));
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest?.('input, textarea, select');
  if (event.key !== 'm' || event.isComposing || event.ctrlKey || event.metaKey || typing || document.querySelector('dialog[open]')) return;
  const card = event.target.closest?.('[data-visit]');
  if (card) open(card);
});

function mark(place) {
  for (const other of board.querySelectorAll('.is-over')) other.classList.toggle('is-over', other === place);
  place?.classList.add('is-over');
}

async function open(card, staff = '', day = '') {
  const address = new URL(card.dataset.choice, window.location.origin);
  if (staff) address.searchParams.set('staff', staff);
  if (day) address.searchParams.set('to', day);
  const dialog = document.getElementById('move');
  const body = document.getElementById('move-body');
  await window.htmx.ajax('GET', address.pathname + address.search, { target: '#move-body', swap: 'innerHTML' });
  dialog.showModal();
  (body.querySelector('textarea') ?? body.querySelector('input:checked, input'))?.focus();
}
