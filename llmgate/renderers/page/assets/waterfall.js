// The steps of a trial as bars on one scale, each a row of a table with its time in words.
function waterfall(trial, longest) {
  const rows = (trial.steps || []).map((step) => waterfallRow(step, longest));
  const caption = make("caption", { class: "unseen" }, "Steps of the trial with their times");
  const head = make("tr", {}, ["Step", "Time line", "Start", "Took"].map((name) => make("th", { scope: "col" }, name)));
  return make("table", { class: "waterfall" }, caption, make("thead", {}, head), make("tbody", {}, rows));
}

function waterfallRow(step, longest) {
  const kind = step.kind || "model";
  const share = (value) => `${((100 * value) / longest).toFixed(2)}%`;
  const bar = step.ms
    ? draw("rect", { x: share(step.start_ms || 0), y: 3, width: share(step.ms), height: 12, rx: 2, class: `step ${kind}` })
    : draw("circle", { cx: share(step.start_ms || 0), cy: 9, r: 4, class: `step ${kind}` });
  const track = draw("rect", { x: 0, y: 3, width: "100%", height: 12, rx: 2, class: "track" });
  const picture = draw("svg", { width: "100%", height: 18, "aria-hidden": "true" }, track, bar);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, make("span", { class: "kind" }, kind), ` ${step.name}`, make("small", {}, step.note)),
    make("td", { class: "line" }, picture),
    make("td", { class: "number" }, milliseconds(step.start_ms || 0)),
    make("td", { class: "number" }, step.ms ? milliseconds(step.ms) : "replayed"),
  );
}

function milliseconds(value) {
  return value >= 10000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`;
}

function lengthOf(trial) {
  return Math.max(1, ...((trial && trial.steps) || []).map((step) => (step.start_ms || 0) + (step.ms || 0)));
}
