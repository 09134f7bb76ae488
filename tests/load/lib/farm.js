// What the scenarios share. k6 runs these files as they are; the types in comments are checked by `npm run check`.
import http from 'k6/http';
import { check } from 'k6';
import { Counter } from 'k6/metrics';

/** Refusals by the gateway: 503 with Retry-After. They are the gateway's word, not a fault of the farm. */
const refused = new Counter('weir_refused');

/** Where the gateway listens, without a slash at the end. */
export const baseUrl = (__ENV.WEIR_URL || 'http://127.0.0.1:8080').replace(/\/+$/, '');

/** Path that the scenarios ask for; choose one whose answer costs what your pages cost. */
export const path = __ENV.WEIR_PATH || '/';

/**
 * A positive whole number from the environment.
 * @param {string} name Variable's name.
 * @param {number} fallback Value when it is not set.
 * @returns {number}
 */
export function count(name, fallback) {
  const text = __ENV[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is '${text}'; allowed: a whole number from 1.`);
  return value;
}

/**
 * Fetches the scenario's page once and checks the answer.
 * @param {string} timeout How long a user waits, in k6's form: `10s`.
 * @returns {boolean} Whether the page came.
 */
export function visit(timeout) {
  const response = http.get(`${baseUrl}${path}`, { timeout, tags: { name: path } });
  if (response.status === 503 && response.headers['Retry-After'] !== undefined) refused.add(1);
  return check(response, {
    'status is 200': (r) => r.status === 200,
    'body is not empty': (r) => typeof r.body === 'string' && r.body.length > 0,
  });
}
