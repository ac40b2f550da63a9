// Checks that count, in the same words as tests/lib.sh.
import { isDeepStrictEqual } from 'node:util';

export const count = { passed: 0, failed: 0 };

export function equal(what, expected, actual) {
  if (isDeepStrictEqual(expected, actual)) {
    count.passed += 1;
    console.log(`  ok   ${what}`);
  } else {
    count.failed += 1;
    console.log(`  FAIL ${what}\n       expected ${JSON.stringify(expected)}\n       got      ${JSON.stringify(actual)}`);
  }
}

// refused WHAT STATUS CODE ANSWER [MESSAGE]: MESSAGE is the whole message, or a regular expression
export function refused(what, status, code, answer, message) {
  const got = { status: answer.status, code: answer.body?.code };
  const said = answer.body?.message;
  if (message instanceof RegExp) equal(what, { ...{ status, code }, message: true }, { ...got, message: message.test(said) || said });
  else if (message !== undefined) equal(what, { status, code, message }, { ...got, message: said });
  else equal(what, { status, code }, got);
}
