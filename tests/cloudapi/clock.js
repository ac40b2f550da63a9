// A Date that can be set off. The verifier, the throttle and the Date header all ask the global Date, so that with an
// offset the whole server lives in the wrong time, as one with a wrong clock does.
const Real = globalThis.Date;
let offset = 0; // milliseconds

export const realNow = () => Real.now();
export const setOffset = (seconds) => {
  offset = seconds * 1000;
};

const now = () => Real.now() + offset;
globalThis.Date = new Proxy(Real, {
  construct: (target, args) => Reflect.construct(target, args.length > 0 ? args : [now()]),
  apply: () => new Real(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
