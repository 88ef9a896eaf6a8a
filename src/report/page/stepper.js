// Steps through a run: a cursor over its diagram, the event in words, what each acceptor has promised and accepted, and
// from one critical delivery to the next.
// Reads everything from the page; without it the page shows the same diagrams and lists of events.
const SVG = "http://www.w3.org/2000/svg";
const make = (name, attributes, text) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
};
for (const run of document.querySelectorAll("details.run")) {
  const stage = run.querySelector(".stage"), svg = stage.querySelector("svg");
  const list = run.querySelector("ol.steps"), steps = [...list.children];
  const box = svg.viewBox.baseVal, scale = box.width / Number(svg.getAttribute("width"));
  const units = (hundredths) => Number(hundredths) / 100 * scale;
  const before = list.dataset.before.split("\n").map((line) => line.split("\t"));
  let at = 0, zoom = 1;

  const draw = (name, attributes) => {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
    return shape;
  };
  const cursor = draw("line", { class: "cursor", x1: 0, x2: box.width });
  const arrow = draw("line", { class: "lit" });

  const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "step through the run" });
  const button = (text, label, act) => {
    const it = make("button", { type: "button", "aria-label": label, title: label }, text);
    it.addEventListener("click", act);
    bar.append(it);
  };
  const slider = make("input", { type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": "event" });
  const words = make("p", { class: "now", "aria-live": "polite" });
  const why = make("p", { class: "why-now", "aria-live": "polite" });
  const critical = [...run.querySelectorAll("ol.critical > li")].filter((it) => it.dataset.step !== undefined);
  const stepOf = (it) => Number(it.dataset.step);
  for (const it of critical) {
    const y = units(steps[stepOf(it)].dataset.y), what = it.querySelector(".what");
    draw("line", { class: "critical-mark", x1: 0, x2: box.width / 60, y1: y, y2: y });
    const jump = make("button", { type: "button", class: "jump", title: "to this event" }, what.textContent);
    jump.addEventListener("click", () => {
      show(stepOf(it), true);
      panel.scrollIntoView({ block: "nearest" });
    });
    what.replaceChildren(jump);
  }
  const leap = (by) => {
    const ahead = critical.map(stepOf).filter((step) => (step - at) * by > 0);
    if (ahead.length) show(by > 0 ? Math.min(...ahead) : Math.max(...ahead), true);
  };
  const table = make("table", { class: "state" });
  const body = make("tbody");

  const show = (to, scroll) => {
    at = Math.max(0, Math.min(steps.length - 1, to));
    slider.value = at;
    const step = steps[at], y = units(step.dataset.y);
    cursor.setAttribute("y1", y);
    cursor.setAttribute("y2", y);
    const ends = step.dataset.arrow ? step.dataset.arrow.split(" ").map(units) : null;
    arrow.style.display = ends ? "" : "none";
    if (ends) ["x1", "y1", "x2", "y2"].forEach((key, i) => arrow.setAttribute(key, ends[i]));
    words.textContent = "Event " + (at + 1) + " of " + steps.length + ": " + step.textContent;
    const here = critical.filter((it) => stepOf(it) === at);
    why.textContent = here.map((it) => "Critical: " + it.querySelector(".what").textContent + ".").join(" ");
    for (const it of critical) it.classList.toggle("here", stepOf(it) === at);
    const states = before.map((state) => [...state]);
    for (const past of steps.slice(0, at + 1)) {
      if (past.dataset.node) states[past.dataset.node - 1] = [past.dataset.promised, past.dataset.accepted];
    }
    states.forEach((state, i) => {
      const row = body.rows[i];
      row.classList.toggle("changed", step.dataset.node === String(i + 1));
      row.cells[1].textContent = state[0] || "nothing";
      row.cells[2].textContent = state[1] || "nothing";
    });
    if (scroll) {
      const place = y / box.height * svg.getBoundingClientRect().height;
      stage.scrollTop = place - stage.clientHeight / 2;
    }
  };
  const grow = (by) => {
    zoom = Math.max(0.5, Math.min(4, zoom * by));
    stage.style.setProperty("--zoom", zoom);
    show(at, true);
  };
  const choice = steps.findIndex((step) => step.classList.contains("choice"));
  button("«", "first event", () => show(0, true));
  button("‹", "previous event", () => show(at - 1, true));
  button("›", "next event", () => show(at + 1, true));
  button("»", "last event", () => show(steps.length - 1, true));
  if (critical.length) {
    button("‹ critical", "previous critical delivery (C)", () => leap(-1));
    button("critical ›", "next critical delivery (c)", () => leap(1));
  }
  if (choice >= 0) button("chosen", "to the instant of the choice", () => show(choice, true));
  button("−", "smaller", () => grow(1 / 1.25));
  button("+", "larger", () => grow(1.25));
  bar.append(slider);
  slider.addEventListener("input", () => show(Number(slider.value), true));

  const head = make("tr");
  for (const name of ["node", "promised", "accepted"]) head.append(make("th", { scope: "col" }, name));
  const thead = make("thead");
  thead.append(head);
  before.forEach((_, i) => {
    const row = make("tr");
    row.append(make("th", { scope: "row" }, String(i + 1)), make("td"), make("td"));
    body.append(row);
  });
  table.append(thead, body);
  const panel = make("div", { class: "panel" });
  panel.append(bar, words, why, table);
  stage.parentNode.insertBefore(panel, stage);
  stage.classList.add("live");
  stage.tabIndex = 0;
  stage.setAttribute("aria-label", "space–time diagram; arrow keys step through it, c and C go to critical deliveries");
  stage.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by) {
      event.preventDefault();
      show(at + by, true);
    }
    if (event.key === "c" || event.key === "C") leap(event.key === "c" ? 1 : -1);
  });
  svg.addEventListener("click", (event) => {
    const area = svg.getBoundingClientRect();
    const y = (event.clientY - area.top) / area.height * box.height;
    const far = (step) => Math.abs(units(step.dataset.y) - y);
    show(steps.reduce((best, step, i) => (far(step) < far(steps[best]) ? i : best), 0), false);
  });
  run.addEventListener("toggle", () => show(at, true));
  show(0, true);
}
