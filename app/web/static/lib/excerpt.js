// The line of an expression in which something is wrong, with what is wrong marked in it.
import { element } from './dom.js';

export function marked([before, fault, after], modifier = '') {
  return element('code', { class: `fl-pre ${modifier}`.trim() }, before, element('mark', { class: 'fl-fault' }, fault), after);
}
