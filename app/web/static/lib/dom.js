// Small DOM builders. Text always goes in as text, so labels from diagrams and forms cannot carry markup.
const SVG = 'http://www.w3.org/2000/svg';

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== ''));
  return node;
}

export function icon(name, modifier = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `fl-i${modifier ? ` fl-i--${modifier}` : ''}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${staticRoot()}/icons.svg#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onClick, extra = '') {
  const button = element('button', { class: `fl-btn fl-btn--sm fl-btn--icon ${extra}`.trim(), type: 'button', 'aria-label': label, title: label }, icon(name));
  button.addEventListener('click', onClick);
  return button;
}

export function staticRoot() {
  return document.querySelector('meta[name="static-root"]').content;
}
