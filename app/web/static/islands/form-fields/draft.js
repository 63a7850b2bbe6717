// Keeps what has been typed on the server, so that it is there on the next device too.
import { call } from '../../lib/api.js';

const WAIT = 900;

export function draftKeeper(root, form, address, translate) {
  let timer;
  let paused = false;
  let kept = text(form);

  function show(state) {
    const clock = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    const words = {
      saving: translate('Saving draft'),
      saved: translate('Draft saved {time}', { time: clock }),
      failed: translate('Draft not saved, trying again'),
    };
    root.dispatchEvent(new CustomEvent('fl:draft', { bubbles: true, detail: { state } }));
    document.querySelectorAll(`[data-draft-of="${root.id}"]`).forEach((place) => (place.textContent = words[state]));
  }

  async function save(options) {
    const now = text(form);
    if (paused || now === kept) return;
    show('saving');
    try {
      await call('PUT', address, { data: JSON.parse(now) }, options);
      kept = now;
      show('saved');
    } catch {
      show('failed');
      schedule(5 * WAIT);
    }
  }

  function schedule(wait = WAIT) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  const onChange = () => schedule();
  const onLeave = () => save({ keepalive: true });
  form.on('changed', onChange);
  window.addEventListener('pagehide', onLeave);

  return {
    pause() {
      paused = true;
      clearTimeout(timer);
    },
    resume() {
      paused = false;
      schedule();
    },
    stop() {
      paused = true;
      clearTimeout(timer);
      form.off('changed', onChange);
      window.removeEventListener('pagehide', onLeave);
    },
  };
}

// Files stay in the browser until submission: their tokens mean nothing elsewhere.
function text(form) {
  return JSON.stringify(form._getSubmitData(), (_key, value) => (typeof value === 'string' && value.startsWith('files::') ? null : value));
}
