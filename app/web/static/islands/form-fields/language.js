// FEEL in the form viewer, made to agree with the server, which computes everything again when the form is submitted.
//
// 1. A condition is an expression like any other. The library takes it for a test of a value that is not there, for which
//    a result of null would count as true: a field would be hidden because nothing has been filled in yet.
// 2. Expressions with functions the library does not know are asked of the server. Until the answer is there, the last one
//    counts, or null.
import { FeelExpressionLanguage } from '../../vendor/form-viewer.js';

const WAIT = 300;
// Names that mean something else in every row of a list.
const ROW = ['this', 'parent', 'i', '_this_', '_parent_', '_i_'];

// asked: expression → names of the values it needs; ask([{ expression, values }]) → answers in the same order
// Returns { module, prepare(data) }; `prepare` asks for what the form needs when it opens.
export function formLanguage(asked, ask) {
  const book = answerBook(asked, ask);

  class FormLanguage extends FeelExpressionLanguage {
    evaluate(expression, data = {}) {
      const source = this.isExpression(expression) ? expression.slice(1) : '';
      return source in asked ? book.answer(source, data) : super.evaluate(expression, data);
    }

    evaluateUnaryTest(expression, data = {}) {
      return this.evaluate(expression, data);
    }
  }
  FormLanguage.$inject = FeelExpressionLanguage.$inject;

  function ServerAnswers(form, expressionLoopPreventer) {
    book.tell = () => {
      expressionLoopPreventer.reset(); // a computed field may take its value once more
      form._setState({ data: { ...form._getState().data } });
    };
  }
  ServerAnswers.$inject = ['form', 'expressionLoopPreventer'];

  const module = { __init__: ['serverAnswers'], serverAnswers: ['type', ServerAnswers], expressionLanguage: ['type', FormLanguage] };
  return { module, prepare: book.prepare };
}

function answerBook(asked, ask) {
  const answers = new Map();
  const latest = new Map();
  const open = new Map();
  const inRows = (expression) => asked[expression].some((name) => ROW.includes(name));
  let timer;

  function answer(expression, data) {
    const wanted = { expression, values: picked(data, asked[expression]) };
    const key = JSON.stringify(wanted);
    if (answers.has(key)) return answers.get(key);
    open.set(key, wanted);
    clearTimeout(timer);
    timer = setTimeout(async () => (await send()) && book.tell(), WAIT);
    return latest.get(expression) ?? null;
  }

  // Tells whether there are answers; without a connection the next change asks again.
  async function send() {
    const sent = [...open];
    open.clear();
    const given = sent.length && ask ? await ask(sent.map(([, wanted]) => wanted)).catch(() => null) : null;
    given?.forEach((value, index) => keep(...sent[index], value));
    return Boolean(given);
  }

  function keep(key, { expression }, value) {
    answers.set(key, value);
    if (!inRows(expression)) latest.set(expression, value);
  }

  async function prepare(data) {
    for (const expression of Object.keys(asked)) if (!inRows(expression)) answer(expression, data);
    clearTimeout(timer);
    await send();
  }

  const book = { answer, prepare, tell() {} };
  return book;
}

function picked(data, names) {
  return Object.fromEntries(names.map((name) => [name, data[name] ?? null]));
}
