// Does the gateway answer at all? Five users for ten seconds; any failure fails the run.
import { sleep } from 'k6';
import { visit } from './lib/farm.js';

/** @type {import('k6/options').Options} */
export const options = {
  vus: 5,
  duration: '10s',
  thresholds: {
    http_req_failed: ['rate==0'],
    http_req_duration: ['p(95)<1000'],
    checks: ['rate==1'],
  },
};

export default function () {
  visit('10s');
  sleep(0.2);
}
