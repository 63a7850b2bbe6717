// How islands talk to the server: JSON both ways, the CSRF header, and failures as ApiError with the server's sentence.
import { csrfToken } from './csrf.js';

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.fields = problem.fields ?? {};
    this.findings = problem.findings ?? [];
    this.problem = problem;
  }
}

export async function call(method, url, body, options = {}) {
  const headers = { Accept: 'application/json', 'X-CSRFToken': csrfToken() };
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined || isForm ? body : JSON.stringify(body),
    credentials: 'same-origin',
    ...options,
  });
  const text = await response.text();
  const content = parse(text, response.headers.get('Content-Type') ?? '');
  if (!response.ok) throw new ApiError(response.status, typeof content === 'object' && content ? content : {});
  return content;
}

function parse(text, type) {
  return text && type.includes('json') ? JSON.parse(text) : text;
}
