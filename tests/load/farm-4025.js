// 4,025 users with keep-alive connections, each asking again as soon as it has its answer. A farm of a few hundred workers
// cannot serve them at once: the waiting line must spread them without an error.
// 4,025 is a classic worker-MPM size (161 processes of 25 threads).
import { count, visit } from './lib/farm.js';

const users = count('WEIR_USERS', 4025);
/** Longest 95th percentile in ms that the run accepts; by Little's law users / (workers / seconds per page), plus room. */
const p95 = count('WEIR_P95_MS', 5000);

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: {
    farm: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { duration: '20s', target: users },
        { duration: '60s', target: users },
      ],
      gracefulRampDown: '15s',
      gracefulStop: '15s',
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    http_req_duration: [`p(95)<${p95}`],
    checks: ['rate>0.999'],
  },
};

export default function () {
  visit('15s');
}
