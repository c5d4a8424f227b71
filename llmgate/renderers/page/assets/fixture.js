// One fixture: what is known of it, and its trials in pairs, base beside head.
function showFixture(fixture, place) {
  const heading = make("h3", { id: "fixture-title", tabindex: "-1" }, make("code", {}, fixture.id));
  const close = make("button", { type: "button", class: "quiet", id: "close", "aria-label": "Close the fixture" }, "✕ Close");
  const notes = (fixture.notes || []).map((note) => make("span", { class: "badge plain" }, note));
  const badges = make("p", { class: "badges" }, badge(OUTCOMES[fixture.outcome]), notes);
  const parts = [
    make("div", { class: "top" }, heading, close),
    fixture.title ? make("p", { class: "lead" }, fixture.title) : null,
    badges,
    facts(fixture),
    why(fixture),
    question(fixture),
    pairs(fixture),
    sent(fixture.sent),
    found(fixture.documents),
  ];
  place.replaceChildren(...parts.flat().filter(Boolean));
  place.hidden = false;
  return { heading, close };
}

function facts(fixture) {
  if (!fixture.base) return null;
  const rows = [
    ["Base", fixture.base],
    ["Head", fixture.head],
    ["Difference", fixture.interval ? `${fixture.difference} (${fixture.interval})` : fixture.difference],
    ["Odds worse", fixture.odds],
    ["How sure", TIERS[fixture.tier]],
    ["Guards against", fixture.guards || "–"],
    ["Kind of failure", fixture.kind],
  ];
  const shown = rows.filter(([, value]) => value).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  const cause = fixture.cause && fixture.cause.length ? make("div", {}, make("dt", {}, "Caused by"), make("dd", {}, sentence(fixture.cause))) : null;
  return make("dl", { class: "facts" }, shown, cause);
}

function why(fixture) {
  const lines = (fixture.why || []).map((parts) => make("li", {}, sentence(parts)));
  if (fixture.error) lines.push(make("li", {}, fixture.error));
  return lines.length ? make("ul", { class: "why" }, lines) : null;
}

function question(fixture) {
  return fixture.question ? make("blockquote", { class: "question" }, fixture.question) : null;
}

function pairs(fixture) {
  const all = fixture.pairs || [];
  if (!all.length) return fixture.outcome === "skipped" ? null : make("p", { class: "faint" }, "No trial of this fixture is in this file.");
  const place = make("div", { class: "pair" });
  const buttons = all.map((_, number) => make("button", { type: "button", class: "chip" }, `Trials ${number + 1}`));
  const show = (number) => {
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(at === number)));
    place.replaceChildren(...pair(all[number]));
  };
  buttons.forEach((button, number) => button.addEventListener("click", () => show(number)));
  show(0);
  const chooser = all.length > 1 ? make("div", { class: "chips", role: "group", "aria-label": "Which trials" }, buttons) : null;
  return [make("h4", {}, "Answers"), chooser, place];
}

function pair({ base, head, diff }) {
  const longest = Math.max(lengthOf(base), lengthOf(head));
  const columns = [["base", base], ["head", head]].filter(([, trial]) => trial).map(([arm, trial]) => column(arm, trial, diff, longest));
  const same = diff && !differs(diff) ? make("p", { class: "faint" }, "Both answers are the same, word for word.") : null;
  return [make("div", { class: "sides" }, columns), same].filter(Boolean);
}

function column(arm, trial, diff, longest) {
  const mark = TRIALS[trial.outcome] ? badge(TRIALS[trial.outcome]) : null;
  const number = trial.index === undefined ? null : make("span", { class: "faint" }, ` trial ${trial.index}`);
  const answer = diff ? side(diff, arm) : trial.answer || "";
  return make(
    "section",
    { class: `side ${arm}`, "aria-label": `${arm} trial` },
    make("h5", {}, arm === "base" ? "Base" : "Head", number, " ", mark),
    make("div", { class: "words answer", tabindex: 0, role: "group", "aria-label": `Answer on the ${arm}` }, answer.length ? answer : make("span", { class: "faint" }, "(empty)")),
    trial.reason && !trial.grades ? make("p", { class: "faint" }, trial.reason) : null,
    grades(trial.grades || []),
    tools(trial.tools || []),
    trial.steps ? folded("Time line", spent(trial), true, waterfall(trial, longest)) : null,
  );
}

function spent(trial) {
  const parts = [`${(trial.seconds || 0).toFixed(2)} s`];
  if (trial.input_tokens || trial.output_tokens) parts.push(`${trial.input_tokens || 0} → ${trial.output_tokens || 0} tokens`);
  if (trial.usd) parts.push(`$${trial.usd.toFixed(6)}`);
  if (trial.model) parts.push(trial.model);
  return parts.join(" · ");
}

function grades(all) {
  if (!all.length) return null;
  const rows = all.map((grade) => {
    const name = make("code", { class: `depth-${Math.min(grade.depth || 0, 4)}` }, grade.assertion);
    return make("li", {}, badge(TRIALS[grade.outcome]), " ", name, grade.reason ? make("small", {}, grade.reason) : null);
  });
  const failed = all.filter((grade) => grade.outcome !== "passed").length;
  return folded("Grades", failed ? `${failed} of ${all.length} not passed` : `all ${all.length} passed`, true, make("ul", { class: "grades" }, rows));
}

function tools(all) {
  if (!all.length) return null;
  const rows = all.map((call) =>
    make(
      "li",
      {},
      make("code", {}, `${call.name}(${call.arguments || ""})`),
      make("small", {}, call.result === undefined ? "nothing is recorded for this call" : `${call.failed ? "error: " : "→ "}${call.result}`),
    ),
  );
  return folded("Tool calls", String(all.length), true, make("ul", { class: "calls" }, rows));
}

function sent(turns) {
  if (!turns || !turns.length) return null;
  const changed = turns.filter((turn) => differs(turn.diff)).length;
  const told = changed ? `${changed} of ${turns.length} differ` : "the same on both arms";
  const rows = turns.map((turn) => make("li", {}, make("span", { class: "kind" }, turn.role), woven(turn.diff)));
  return folded("What was sent", told, changed > 0, make("ol", { class: "turns" }, rows));
}

function found(documents) {
  if (!documents || !documents.length) return null;
  const rows = documents.map((each) =>
    make("li", {}, make("code", {}, each.id), make("span", { class: "faint" }, ` ${ranks(each)}`), each.text ? make("div", { class: "words", tabindex: 0, role: "group", "aria-label": "Text of the document" }, each.text) : null),
  );
  return folded("Documents", String(documents.length), false, make("ul", { class: "documents" }, rows));
}

function ranks({ base, head, score }) {
  if (base === undefined && head === undefined) return "";
  const rank = base === head ? `rank ${head}` : `base ${base ? `rank ${base}` : "not found"}, head ${head ? `rank ${head}` : "not found"}`;
  return score === null || score === undefined ? rank : `${rank}, score ${score}`;
}
