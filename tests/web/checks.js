// Checks that count, for node programs under tests/lib.sh.
let passed = 0;
let failed = 0;

export function check(what, good, detail = '') {
  if (good) passed += 1;
  else failed += 1;
  console.log(`  ${good ? 'ok  ' : 'FAIL'} ${what}${good || detail === '' ? '' : `\n       ${detail}`}`);
}
export const equal = (what, expected, actual) =>
  check(what, JSON.stringify(expected) === JSON.stringify(actual), `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
export function closing() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
