// What tests switch: throttling, read-only mode, a wrong clock, a list that is cut, and answers given instead of the real one.
import { setOffset } from './clock.js';
import { restify } from './packages.js';

export class Faults {
  #initial;
  #throttles = {};

  constructor(images, initial = {}) {
    this.images = images;
    this.#initial = { throttle: { rate: 10, burst: 30 }, read_only: false, clock_offset: 0, list_cut: null, delay_ms: 0, answers: [], ...initial };
    this.reset();
  }

  reset() {
    this.set(structuredClone(this.#initial));
  }

  // set CHANGES: of
  //   throttle      {rate, burst} a login and group of calls, or false
  //   read_only     {message, eta}: eta is anything a Date can be made of; or false
  //   clock_offset  seconds by which this server's clock is fast
  //   list_cut      how many images one query of the store gives at most, or null
  //   delay_ms      before each answer
  //   answers       [{method, path, times, status, headers, body, at, drop}]: the first whose method and path (a regular expression
  //                 over the path with its query) fit is given `times` times (always when it says nothing). at: "front" is
  //                 before authentication, as a proxy would; drop: "before" or "after" closes the connection instead of answering,
  //                 before or after the request was performed
  set(changes) {
    this.current = { ...this.current, ...changes };
    if ('clock_offset' in changes) setOffset(changes.clock_offset);
    if ('list_cut' in changes) this.images.listCut = changes.list_cut;
    if ('throttle' in changes) this.#throttles = {};
  }

  // One bucket a login for each group of calls, as the real server has it; `admin` is exempt.
  throttle(group) {
    return (req, res, next) => {
      const { throttle } = this.current;
      if (!throttle) return next();
      const overrides = { admin: { rate: 0, burst: 0 } };
      this.#throttles[group] ??= restify.throttle({ username: true, ...throttle, overrides });
      return this.#throttles[group](req, res, next);
    };
  }

  readOnly() {
    return (req, res, next) => {
      const mode = this.current.read_only;
      if (!mode || !['PUT', 'POST', 'DELETE'].includes(req.method)) return next();
      if (mode.eta) res.setHeader('Retry-After', new Date(mode.eta).toUTCString());
      return next(new restify.ServiceUnavailableError(mode.message ?? 'This Triton data center is being upgraded'));
    };
  }

  // canned AT: gives an answer of `answers` whose `at` is that ("front", or undefined for after authorization).
  canned(at) {
    return (req, res, next) => {
      const answer = this.current.answers.find((one) => one.at === at && fits(one, req));
      if (!answer) return next();
      if (answer.times !== undefined) answer.times -= 1;
      if (answer.drop === 'before') return drop(req, next);
      if (answer.drop === 'after') {
        res.end = () => drop(req);
        return next();
      }
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      res.writeHead(answer.status ?? 500, { 'Content-Type': 'application/json', ...answer.headers });
      res.end(body);
      return next(false);
    };
  }

  delay() {
    return (req, res, next) => {
      if (this.current.delay_ms > 0) setTimeout(next, this.current.delay_ms);
      else next();
    };
  }
}

const fits = ({ method, path, times }, req) =>
  times !== 0 && (!method || method === req.method) && (!path || new RegExp(path).test(req.url));

function drop(req, next) {
  req.socket.destroy();
  return next?.(false);
}
