// The token that proves a request comes from a page of ours.
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? '';
}
