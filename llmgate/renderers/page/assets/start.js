// Puts it together: filters, keys, and the address that names the open fixture.
const DATA = JSON.parse(byId("data").textContent);
const list = new List(DATA.fixtures);

function startFilters() {
  const counts = new Map();
  for (const fixture of DATA.fixtures) counts.set(fixture.outcome, (counts.get(fixture.outcome) || 0) + 1);
  const names = ["", ...Object.keys(OUTCOMES).filter((name) => counts.has(name))];
  const buttons = names.map((name) => {
    const [sign, title] = name ? OUTCOMES[name] : ["", "All"];
    const count = (name ? counts.get(name) : DATA.fixtures.length).toLocaleString("en");
    return make("button", { type: "button", class: "chip", "data-outcome": name }, `${sign} ${title} ${count}`.trim());
  });
  const choose = (name) => {
    list.outcome = name;
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(names[at] === name)));
    list.filter();
  };
  buttons.forEach((button, at) => button.addEventListener("click", () => choose(names[at])));
  byId("outcomes").append(...buttons);
  options("category", "All categories", DATA.fixtures.map((fixture) => fixture.guards || "–"));
  options("tier", "All", DATA.fixtures.map((fixture) => fixture.tier).filter(Boolean));
  byId("search").addEventListener("input", () => list.filter());
  choose("");
}

function options(id, all, values) {
  const each = [...new Set(values)].sort().map((value) => make("option", { value }, value));
  byId(id).append(make("option", { value: "" }, all), ...each);
  byId(id).addEventListener("change", () => list.filter());
}

function open(fixture) {
  const { heading, close } = showFixture(fixture, byId("fixture"));
  close.addEventListener("click", () => leave());
  byId("explorer").classList.add("opened");
  list.mark(fixture);
  heading.focus({ preventScroll: true });
  byId("fixture").scrollIntoView({ block: "nearest" });
}

function leave() {
  if (byId("fixture").hidden) return;
  const link = list.links()[list.matching.indexOf(list.opened)];
  byId("fixture").hidden = true;
  byId("fixture").replaceChildren();
  byId("explorer").classList.remove("opened");
  list.mark(null);
  history.replaceState(null, "", "#fixtures");
  (link || byId("fixtures-title")).focus();
}

function follow() {
  if (!location.hash.startsWith("#fixture=")) return;
  let wanted = "";
  try {
    wanted = decodeURIComponent(location.hash.slice("#fixture=".length));
  } catch {
    return;
  }
  const fixture = DATA.fixtures.find((each) => each.id === wanted);
  if (fixture) open(fixture);
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input, select, textarea");
  const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  if (event.key === "Escape") {
    if (typing) event.target.blur();
    leave();
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key in moves && (event.key.length === 1 ? !typing : event.target.matches("#list a, #search"))) {
    event.preventDefault();
    list.move(moves[event.key]);
  }
}

startTheme();
if (byId("explorer")) {
  byId("explorer").hidden = false;
  startFilters();
  byId("more").addEventListener("click", () => list.more());
  document.addEventListener("keydown", pressed);
  window.addEventListener("hashchange", follow);
  follow();
}
