// The trials of a fixture in pairs, base beside head, of which one pair is shown at a time.
function pairs(fixture) {
  const all = fixture.pairs || [];
  if (!all.length && fixture.outcome === "skipped") return null;
  if (!all.length) return make("p", { class: "faint" }, "No trial of this fixture is in this file.");
  const place = make("div", { class: "pair" });
  const buttons = all.map((_, number) => make("button", { type: "button", class: "chip" }, `Trials ${number + 1}`));
  const show = (number) => {
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(at === number)));
    place.replaceChildren(...pair(all[number]));
  };
  buttons.forEach((button, number) => button.addEventListener("click", () => show(number)));
  show(0);
  const chooser = make("div", { class: "chips", role: "group", "aria-label": "Which trials" }, buttons);
  return [make("h4", {}, "Answers"), all.length > 1 ? chooser : null, place];
}

function pair({ base, head, diff }) {
  const longest = Math.max(lengthOf(base), lengthOf(head));
  const columns = [
    base ? column("base", base, diff, longest) : null,
    head ? column("head", head, diff, longest) : null,
  ];
  const same = diff && !differs(diff);
  const note = same ? make("p", { class: "faint" }, "Both answers are the same, word for word.") : null;
  return [make("div", { class: "sides" }, columns), note].filter(Boolean);
}

function column(arm, trial, diff, longest) {
  const mark = TRIALS[trial.outcome] ? badge(TRIALS[trial.outcome]) : null;
  const number = trial.index === undefined ? null : make("span", { class: "faint" }, ` trial ${trial.index}`);
  const answer = diff ? side(diff, arm) : trial.answer || "";
  return make(
    "section",
    { class: `side ${arm}`, "aria-label": `${arm} trial` },
    make("h5", {}, arm === "base" ? "Base" : "Head", number, " ", mark),
    words(`Answer on the ${arm}`, answer.length ? answer : make("span", { class: "faint" }, "(empty)"), "answer"),
    trial.reason && !trial.grades ? make("p", { class: "faint" }, trial.reason) : null,
    grades(trial.grades || []),
    tools(trial.tools || []),
    trial.steps ? folded("Time line", spent(trial), true, waterfall(trial, longest)) : null,
  );
}

function spent(trial) {
  const tokens = [trial.input_tokens || 0, trial.output_tokens || 0];
  const parts = [
    `${(trial.seconds || 0).toFixed(2)} s`,
    tokens.some(Boolean) ? `${tokens[0]} → ${tokens[1]} tokens` : "",
    trial.usd ? `$${trial.usd.toFixed(6)}` : "",
    trial.model || "",
  ];
  return parts.filter(Boolean).join(" · ");
}

function grades(all) {
  if (!all.length) return null;
  const rows = all.map((grade) => {
    const name = make("code", { class: `depth-${Math.min(grade.depth || 0, 4)}` }, grade.assertion);
    const reason = grade.reason ? make("small", {}, grade.reason) : null;
    return make("li", {}, badge(TRIALS[grade.outcome]), " ", name, reason);
  });
  const failed = all.filter((grade) => grade.outcome !== "passed").length;
  const told = failed ? `${failed} of ${all.length} not passed` : `all ${all.length} passed`;
  return folded("Grades", told, true, make("ul", { class: "grades" }, rows));
}

function tools(all) {
  if (!all.length) return null;
  const rows = all.map((call) => {
    const result = call.result === undefined ? "nothing came back" : `${call.failed ? "error: " : "→ "}${call.result}`;
    return make("li", {}, make("code", {}, `${call.name}(${call.arguments || ""})`), make("small", {}, result));
  });
  return folded("Tool calls", String(all.length), true, make("ul", { class: "calls" }, rows));
}
