// Whom a task is offered to, by the names of roles. The candidate groups themselves are ids, or FEEL that gives ids:
//
//   repair_receptionist, repair_analyst             these roles, wherever somebody holds them
//   ="repair_receptionist@" + case.unit             the role at the unit that answers for the case
//   =["repair_receptionist@" + case.unit, "packer"]
//
// Any other expression is left to its author; the roles that it names are shown.
const HERE = 'case.unit';
const ITEM = String.raw`"([a-z_]+)(?:@" \+ ([\w.]+)|")`;
const ONE = new RegExp(`^${ITEM}$`);
const SEVERAL = new RegExp(String.raw`^\[\s*${ITEM}(?:\s*,\s*${ITEM})*\s*\]$`);

// → [{ role, unit }], or null for what cannot be read like this
export function readGroups(text) {
  const source = (text ?? '').trim();
  if (!source.startsWith('=')) {
    const ids = source.split(',').map((one) => one.trim()).filter(Boolean);
    return ids.map((id) => ({ role: id.split('@')[0], unit: id.includes('@') ? JSON.stringify(id.split('@')[1]) : '' }));
  }
  const feel = source.slice(1).trim();
  if (!ONE.test(feel) && !SEVERAL.test(feel)) return null;
  return [...feel.matchAll(new RegExp(ITEM, 'g'))].map(([, role, unit]) => ({ role, unit: unit ?? '' }));
}

export function writeGroups(groups) {
  if (groups.every(({ unit }) => !unit || unit.startsWith('"'))) {
    return groups.map(({ role, unit }) => (unit ? `${role}@${JSON.parse(unit)}` : role)).join(', ');
  }
  const items = groups.map(({ role, unit }) => (unit ? `"${role}@" + ${unit}` : `"${role}"`));
  return items.length === 1 ? `=${items[0]}` : `=[${items.join(', ')}]`;
}

// The ids of roles that stand as texts in an expression.
export function namedRoles(text, known) {
  const found = [...(text ?? '').matchAll(/"([a-z_]+)@?"/g)].map(([, id]) => id);
  return [...new Set(found)].filter((id) => known.has(id));
}

export { HERE };
