// One fixture: what is known of it, and its trials in pairs, base beside head.
function showFixture(fixture, place) {
  const heading = make("h3", { id: "fixture-title", tabindex: "-1" }, make("code", {}, fixture.id));
  const close = make("button", { type: "button", class: "quiet", "aria-label": "Close the fixture" }, "✕ Close");
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
  const shown = rows.filter(([, value]) => value).map(([name, value]) => fact(name, value));
  const cause = fixture.cause ? fact("Caused by", sentence(fixture.cause)) : null;
  return make("dl", { class: "facts" }, shown, cause);
}

function fact(name, value) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value));
}

function why(fixture) {
  const lines = (fixture.why || []).map((parts) => make("li", {}, sentence(parts)));
  if (fixture.error) lines.push(make("li", {}, fixture.error));
  return lines.length ? make("ul", { class: "why" }, lines) : null;
}

function question(fixture) {
  return fixture.question ? make("blockquote", { class: "question" }, fixture.question) : null;
}
