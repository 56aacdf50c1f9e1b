// Reads an AsyncAPI document with the parser of those who make the specification: node validate.js FILE

import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const [file] = process.argv.slice(2);
const { document, diagnostics } = await new Parser().parse(await readFile(file, "utf8"));
const ERROR = 0;
const WARNING = 1;
const found = diagnostics.filter(({ severity }) => severity <= WARNING);
for (const { severity, path, message } of found) {
  console.error(`${severity === ERROR ? "error" : "warning"} at ${path.join(".")}: ${message}`);
}
if (!document || found.some(({ severity }) => severity === ERROR)) process.exit(1);
console.log(`${file}: ${document.operations().all().length} operations, ${document.allMessages().all().length} messages`);
