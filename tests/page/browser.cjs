// Opens a report in headless Chromium and uses it: node browser.cjs MODULES PAGE [FOLDER-FOR-SCREENSHOTS]
// Prints what it saw as JSON; the Rust test judges it.
const { createRequire } = require("module");
const path = require("path");
const fs = require("fs");
const { pathToFileURL } = require("url");
const [modules, page, shots] = process.argv.slice(2);
const { chromium } = createRequire(path.join(modules, "x.js"))("playwright-core");
const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

(async () => {
  const executablePath = browsers.find((file) => fs.existsSync(file));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const seen = { errors: [], requests: [], dialogs: 0, steps: [], overflow: {} };
  const open = async (options) => {
    const context = await browser.newContext(options);
    const tab = await context.newPage();
    tab.on("console", (message) => { if (message.type() === "error") seen.errors.push(message.text()); });
    tab.on("pageerror", (error) => seen.errors.push(String(error)));
    tab.on("request", (request) => { if (!/^(file|data):/.test(request.url())) seen.requests.push(request.url()); });
    tab.on("dialog", (dialog) => { seen.dialogs += 1; dialog.dismiss(); });
    await tab.goto(pathToFileURL(page).href);
    return tab;
  };
  const shot = async (tab, name, fullPage) => {
    if (shots) await tab.screenshot({ path: path.join(shots, name + ".png"), fullPage });
  };
  const wide = (tab) => tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  const light = await open({ viewport: { width: 1200, height: 900 }, colorScheme: "light" });
  await shot(light, "light", true);
  seen.overflow.light = await wide(light);
  seen.injected = await light.evaluate(() => document.querySelectorAll("img, script[src]").length);
  const run = light.locator("details.run").first();
  if (await run.count()) {
    const state = () => run.evaluate((it) => ({
      now: it.querySelector(".now").textContent,
      rows: [...it.querySelectorAll(".state tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
      why: it.querySelector(".why-now").textContent,
      cursor: Number(it.querySelector(".cursor").getAttribute("y1")),
    }));
    const total = await run.locator("ol.steps > li").count();
    for (let i = 0; i < total; i += 1) {
      seen.steps.push(await state());
      await run.getByLabel("next event").click();
    }
    await run.getByLabel("first event").click();
    seen.first = await state();
    if (await run.getByLabel("to the instant of the choice").count()) {
      await run.getByLabel("to the instant of the choice").click();
      seen.choice = await state();
    }
    await run.getByLabel("first event").click();
    seen.critical = [];
    for (let last = ""; ; ) {
      await run.locator(".stage").press("c");
      const now = await state();
      if (now.now === last || now.why === "") break;
      last = now.now;
      seen.critical.push(now);
    }
    if (seen.critical.length > 1) {
      await run.getByLabel("previous critical delivery").click();
      seen.back = await state();
      await shot(light, "critical", false);
      await run.locator("ol.critical .jump").last().click();
      seen.pressed = await state();
    }
    const before = await run.locator(".stage svg").evaluate((svg) => svg.getBoundingClientRect().width);
    await run.getByLabel("larger").click();
    const after = await run.locator(".stage svg").evaluate((svg) => svg.getBoundingClientRect().width);
    seen.zoom = after / before;
    await run.locator(".stage").press("ArrowDown");
    seen.key = await state();
    await run.scrollIntoViewIfNeeded();
    await shot(light, "stepper", false);
  }
  const head = light.locator("table.sortable th button").nth(1);
  if (await head.count()) {
    await head.click();
    seen.sorted = await light.locator("table.sortable tbody tr").evaluateAll((rows) => rows.map((row) => row.cells[1].dataset.n));
  }
  const dark = await open({ viewport: { width: 1200, height: 900 }, colorScheme: "dark" });
  await shot(dark, "dark", true);
  const narrow = await open({ viewport: { width: 400, height: 800 }, colorScheme: "light" });
  seen.overflow.narrow = await wide(narrow);
  await shot(narrow, "narrow", true);
  const plain = await open({ viewport: { width: 1200, height: 900 }, javaScriptEnabled: false });
  seen.plain = await plain.locator("details.run figure svg").count();
  seen.listed = await plain.locator("details.run").first().locator("ol.critical > li").count();
  await shot(plain, "plain", false);
  await browser.close();
  console.log(JSON.stringify(seen));
})().catch((error) => { console.error(String(error)); process.exit(1); });
