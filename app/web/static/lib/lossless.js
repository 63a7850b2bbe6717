// Saving a drawing changes only what somebody changed in it.
//
// The editor keeps what it knows: on the way through it drops settings that say what is usual anyway, references that
// lead nowhere, elements that it has no shape for, and it writes numbers, prefixes and white space its own way. So a
// drawing that is merely opened is saved once (the baseline), and what differs between the baseline and the edited
// drawing, and nothing else, is carried over into the original.
const ELEMENT = 1;
const KEPT = [ELEMENT, 7, 8]; // elements, processing instructions and comments
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const STEP = '  ';

// original: the text that was opened; baseline: the same as the editor saves it untouched
// → (edited) → the original with what differs between baseline and edited
export function lossless(original, baseline) {
  const declaration = original.match(/^\uFEFF?\s*<\?xml[^>]*\?>\s*/)?.[0] ?? '';
  return (edited) => {
    if (edited === baseline) return original;
    const [o, b, e] = [original, baseline, edited].map(parse);
    if (!o || !b || !e) return edited;
    const merged = new Merge(o, b, e).run();
    return `${declaration.trim() ? `${declaration.trim()}\n` : ''}${new XMLSerializer().serializeToString(merged)}\n`;
  };
}

function parse(text) {
  const parsed = new DOMParser().parseFromString(text, 'application/xml');
  return parsed.querySelector('parsererror') ? null : parsed;
}

class Merge {
  constructor(o, b, e) {
    this.result = o.cloneNode(true);
    this.roots = [o, b, e].map((document) => document.documentElement);
    this.ids = this.roots.map(byId);
    this.pairs = new Map(); // element of the baseline → its element in the original
    this.edits = new Map(); // element of the baseline → its element as edited
    this.sources = new Map(); // the two other ways round
    this.untouched = new Map();
  }

  run() {
    const [o, b, e] = this.roots;
    this.match(o, b, 0, this.pairs, this.sources);
    this.match(e, b, 2, this.edits, this.untouched);
    this.result.replaceChild(this.element(o, b, e, 0), this.result.documentElement);
    return this.result;
  }

  // Pairs the elements of the baseline with those of another tree: by id, else by their place among their like.
  match(other, base, tree, forth, back) {
    const pair = (one, two) => {
      forth.set(two, one);
      back.set(one, two);
      this.match(one, two, tree, forth, back);
    };
    const named = (child) => {
      const found = this.ids[tree].get(child.getAttribute('id'));
      return found && like(found, child) && !back.has(found) ? found : null;
    };
    const unnamed = { other: new Map(), base: new Map() };
    for (const child of base.children) {
      if (!child.hasAttribute('id')) listed(unnamed.base, child);
      else if (named(child)) pair(named(child), child);
    }
    for (const child of other.children) if (!child.hasAttribute('id')) listed(unnamed.other, child);
    for (const [tag, ours] of unnamed.base) {
      for (const [one, two] of aligned(unnamed.other.get(tag) ?? [], ours)) pair(one, two);
    }
  }

  // One element of the result. What the baseline and the edited drawing agree on stands as in the original.
  element(o, b, e, depth) {
    if (b.isEqualNode(e)) return this.copy(o);
    const made = this.result.createElementNS(e.namespaceURI, like(o, e) ? o.nodeName : e.nodeName);
    for (const { namespaceURI, name, value } of attributes(o, b, e)) made.setAttributeNS(namespaceURI, name, value);
    if (![o, b, e].some((one) => one.children.length)) {
      made.textContent = b.textContent === e.textContent ? o.textContent : e.textContent;
      return made;
    }
    const children = this.children(o, b, e, depth + 1);
    for (const child of children) made.append(`\n${STEP.repeat(depth + 1)}`, child);
    if (children.length) made.append(`\n${STEP.repeat(depth)}`);
    return made;
  }

  children(o, b, e, depth) {
    const placed = new Map(); // child of o or of e → its node in the result
    const order = [];
    const add = (child, node, after) => {
      placed.set(child, node);
      const at = after ? order.indexOf(after) + 1 : 0;
      order.splice(at, 0, node);
    };
    const kept = this.kept(o, e, depth);
    const skeleton = this.reordered(b, e) ? [...e.children].filter((child) => kept.has(child)) : [...kept.keys()];
    for (const child of skeleton) add(child, kept.get(child), order.at(-1));
    // What only the original has stands behind what it stood behind there.
    let before;
    for (const child of [...o.childNodes].filter(({ nodeType }) => KEPT.includes(nodeType))) {
      const edited = this.edits.get(this.sources.get(child));
      if (edited) before = placed.get(edited) ?? before;
      else if (!this.sources.has(child)) {
        add(child, this.copy(child), before);
        before = placed.get(child);
      }
    }
    // What only the edited drawing has stands behind what it stands behind there.
    before = undefined;
    for (const child of e.children) {
      if (!placed.has(child)) {
        const node = this.added(child, depth);
        if (node) add(child, node, before);
      }
      before = placed.get(child) ?? before;
    }
    return order;
  }

  // Children of the edited element that were children of the original one, in the order of the original.
  kept(o, e, depth) {
    const found = new Map();
    for (const child of o.children) {
      const base = this.sources.get(child);
      const edited = base && this.edits.get(base);
      if (edited?.parentNode === e) found.set(edited, this.element(child, base, edited, depth));
    }
    return found;
  }

  // An element that came from elsewhere, that is new, or (nothing to add) that the editor made up by itself.
  added(child, depth) {
    const base = this.untouched.get(child);
    const source = base && this.pairs.get(base);
    if (source) return this.element(source, base, child, depth);
    return base?.isEqualNode(child) ? null : this.copy(child);
  }

  // Has somebody put children into another order, which may mean something?
  reordered(b, e) {
    const places = [...b.children].map((child) => this.edits.get(child)).filter((child) => child?.parentNode === e);
    const order = [...e.children];
    return places.some((child, place) => place && order.indexOf(child) < order.indexOf(places[place - 1]));
  }

  copy(node) {
    return this.result.importNode(node, true);
  }
}

function byId(root) {
  const found = new Map();
  for (const one of [root, ...root.querySelectorAll('[id]')]) {
    const id = one.getAttribute('id');
    if (id && !found.has(id)) found.set(id, one);
  }
  return found;
}

function like(one, other) {
  return one.localName === other.localName && one.namespaceURI === other.namespaceURI;
}

function listed(lists, child) {
  const tag = `${child.namespaceURI} ${child.localName}`;
  if (!lists.has(tag)) lists.set(tag, []);
  lists.get(tag).push(child);
}

// Pairs of two lists of elements without ids: by place when there are as many, else those that say the same.
function aligned(ones, others) {
  if (ones.length === others.length) return ones.map((one, place) => [one, others[place]]);
  const pairs = [];
  let from = 0;
  for (const other of others) {
    const found = ones.findIndex((one, place) => place >= from && saying(one) === saying(other));
    if (found < 0) continue;
    pairs.push([ones[found], other]);
    from = found + 1;
  }
  return pairs;
}

function saying(node) {
  const said = [...node.attributes].map(({ localName, value }) => `${localName}=${number(value)}`).sort();
  return `${said.join()} ${node.textContent.trim()}`;
}

function number(text) {
  return text.trim() && Number.isFinite(Number(text)) ? Number(text) : text;
}

// Of an attribute that nobody changed the original's value, of any other the edited one.
function attributes(o, b, e) {
  const values = (node, { namespaceURI, localName }) => node.getAttributeNS(namespaceURI, localName);
  const all = [...o.attributes, ...[...e.attributes].filter((one) => values(o, one) === null)];
  return all
    .map((one) => {
      const edited = values(e, one);
      const value = edited === values(b, one) ? values(o, one) : edited;
      return { namespaceURI: one.namespaceURI ?? (one.name === 'xmlns' ? XMLNS : null), name: one.name, value };
    })
    .filter(({ value }) => value !== null);
}
