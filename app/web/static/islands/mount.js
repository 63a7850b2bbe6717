// Gives every element with data-island to its module islands/<name>.js, and takes it back when the element leaves.
//
// An island module exports `styles` (vendor sheets it needs, by path under static) and
// `mount(element, props)`, which returns { destroy }. data-mounted="1" says that it is ready.
const NAME = /^[a-z][a-z-]*$/;
const live = new Map();

new MutationObserver(reconcile).observe(document.documentElement, { childList: true, subtree: true });
reconcile();

function reconcile() {
  for (const [element, island] of live) {
    if (!element.isConnected) {
      live.delete(element);
      island.then((handle) => handle?.destroy());
    }
  }
  for (const element of document.querySelectorAll('[data-island]')) {
    if (!live.has(element)) live.set(element, start(element));
  }
}

async function start(element) {
  try {
    const module = await import(`./${checked(element.dataset.island)}.js`);
    await Promise.all((module.styles ?? []).map(addStyle));
    const handle = await module.mount(element, properties(element));
    element.dataset.mounted = '1';
    return handle;
  } catch (error) {
    element.dataset.mounted = 'failed';
    showFailure(element);
    console.error(`Island ${element.dataset.island} could not start`, error);
    return null;
  }
}

function checked(name) {
  if (!NAME.test(name)) throw new Error(`Not an island name: ${name}`);
  return name;
}

function properties(element) {
  return JSON.parse(document.getElementById(element.dataset.props).textContent);
}

// Vendor sheets stand before ours, so that our theme wins without stronger selectors.
function addStyle(path) {
  const href = new URL(`../${path}`, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return null;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(`No style sheet ${path}`));
  });
  document.head.insertBefore(link, document.querySelector('link[rel="stylesheet"]'));
  return loaded;
}

async function showFailure(element) {
  const { loadTranslate } = await import('../lib/translate.js');
  const { element: build, icon } = await import('../lib/dom.js');
  const translate = await loadTranslate('app');
  const text = translate('This part of the page did not load. Reload the page; your draft is kept.');
  element.replaceChildren(build('div', { class: 'fl-note fl-note--bad', role: 'alert' }, icon('stop'), build('div', { class: 'fl-grow' }, text)));
}
