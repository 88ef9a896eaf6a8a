// Parses Mermaid files with Mermaid's own parser: node mermaid.cjs FOLDER-WITH-node_modules FILE…
const { createRequire } = require("module");
const { pathToFileURL } = require("url");
const fs = require("fs");
const from = createRequire(require("path").join(process.argv[2], "x.js"));
(async () => {
  const { JSDOM } = from("jsdom");
  global.window = new JSDOM("<body></body>").window;
  global.document = global.window.document;
  const mermaid = (await import(pathToFileURL(from.resolve("mermaid")))).default;
  for (const file of process.argv.slice(3)) {
    const found = await mermaid.parse(fs.readFileSync(file, "utf8"));
    if (found.diagramType !== "sequence") throw new Error(file + ": " + JSON.stringify(found));
  }
})().catch((error) => { console.error(String(error)); process.exit(1); });
