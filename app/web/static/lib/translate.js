// Chinese for bpmn-js, dmn-js, form-js and our islands. All of them ask translate(text, replacements) with the English
// text as key; catalogues are flat JSON files, i18n/zh/<name>.json. In English the key is the text.
const catalogues = new Map();

export const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';

export async function loadTranslate(...names) {
  const texts = Object.assign({}, ...(await Promise.all(names.map(load))));
  return (key, replacements) => fill(texts[key] ?? untranslated(key), replacements);
}

function load(name) {
  if (language === 'en') return {};
  if (!catalogues.has(name)) {
    const address = new URL(`../i18n/${language}/${name}.json`, import.meta.url);
    catalogues.set(name, fetch(address).then((response) => response.json()));
  }
  return catalogues.get(name);
}

// Tests collect these events, so that the number of English leftovers can only fall.
function untranslated(key) {
  if (language !== 'en') document.dispatchEvent(new CustomEvent('fl:untranslated', { detail: key }));
  return key;
}

function fill(text, replacements = {}) {
  return text.replace(/{([^}]+)}/g, (place, key) => replacements[key] ?? place);
}
