// The server against its own client: needs the variables of DIR/cloud.env. The last line is "N passed, N failed".
import { count } from './checks.js';
import fields from './fields.js';
import service from './service.js';
import signatures from './signatures.js';
import vectors from './vectors.js';

for (const [title, part] of Object.entries({ vectors, signatures, service, fields })) {
  console.log(`\n== ${title}`);
  try {
    await part();
  } catch (error) {
    count.failed += 1;
    console.log(`  FAIL ${title} ended early\n       ${error.stack}`);
  }
}
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 ? 0 : 1); // connections that were cut may still hold Node up
