// Reads logs with ShiViz's own parser and builds its graph: node shiviz.cjs CHECKOUT FILE...
// Prints for each file its events and hosts; fails with ShiViz's own words.
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const [checkout, ...files] = process.argv.slice(2);
const sources = [
  "util/exception", "util/regexp", "util/util", "model/vectorTimestamp", "model/logEvent", "model/parser",
  "graph/graphEvent", "graph/abstractGraph", "graph/abstractNode", "model/modelNode", "model/modelGraph",
];
const context = vm.createContext({ console });
for (const source of sources) {
  vm.runInContext(fs.readFileSync(path.join(checkout, "js", source + ".js"), "utf8"), context, { filename: source });
}
// What its page puts into the field for the log's format.
context.format = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})";
for (const file of files) {
  context.log = fs.readFileSync(file, "utf8");
  try {
    const read = vm.runInContext(
      "(() => { const p = new LogParser(log, null, new NamedRegExp(format, 'm')); const e = p.getLogEvents('');"
        + " const g = new ModelGraph(e); return [e.length, g.getHosts().length]; })()",
      context,
    );
    console.log(path.basename(file), ...read);
  } catch (error) {
    console.error(path.basename(file) + ": " + (error.getMessage ? error.getMessage() : error.stack));
    process.exit(1);
  }
}
