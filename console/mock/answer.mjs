// What a handler of the mock gives back: an answer, or a refusal that becomes a problem document.

export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} detail @param {import("./validate.mjs").Mistake[]} [errors] */
  constructor(status, code, detail, errors) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** @param {number} status @param {unknown} [body] @param {Record<string, string>} [headers] */
export const answer = (status, body, headers = {}) => ({ status, body, headers });
