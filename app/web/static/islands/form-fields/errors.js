// Puts the server's complaints at their fields. Paths look like `serial` or `parts.0.sku`.

// Returns the sentences that belong to no visible field; the caller says them elsewhere.
export function fieldErrors(form, complaints) {
  const errors = {};
  const left = [];
  const fields = form.get('formFieldInstanceRegistry').getAllKeyed();
  for (const [path, sentences] of Object.entries(complaints)) {
    const field = fields.find(({ valuePath }) => valuePath.join('.') === path);
    if (field) put(errors, [field.id, ...Object.values(field.indexes ?? {})], sentences);
    else left.push(...sentences);
  }
  form._setState({ errors });
  return left;
}

function put(target, path, value) {
  const [step, ...rest] = path;
  if (rest.length) put((target[step] ??= {}), rest, value);
  else target[step] = value;
}
