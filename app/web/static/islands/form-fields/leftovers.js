// Words that form-js writes without asking its translate service. They are replaced where they appear: in the text
// of the library's own controls, never in what people typed (that is in input values) or in labels of the form.

const CHINESE = /\p{Script=Han}/u;

// selector names the library's controls; texts come through translate
export function translateLeftovers(root, selector, translate) {
  const other = (words) => {
    if (!words || CHINESE.test(words)) return null;
    const known = translate(words);
    return known === words ? null : known;
  };
  const replace = () => {
    for (const control of root.querySelectorAll(selector)) {
      for (const node of textNodes(control)) {
        const words = node.data.trim();
        const known = other(words);
        if (known) node.data = node.data.replace(words, known);
      }
      for (const field of control.querySelectorAll('[placeholder]')) {
        const known = other(field.placeholder);
        if (known) field.placeholder = known;
      }
    }
  };
  const observer = new MutationObserver(replace);
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  replace();
  return { stop: () => observer.disconnect() };
}

function textNodes(control) {
  const walker = document.createTreeWalker(control, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}
