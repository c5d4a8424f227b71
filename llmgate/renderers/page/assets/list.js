// The list of fixtures: filtered, and shown a page at a time, so that ten thousand of them open at once.
const PAGE = 100;

class List {
  constructor(fixtures) {
    this.fixtures = fixtures;
    this.words = fixtures.map(() => null);
    this.matching = fixtures;
    this.outcome = "";
    this.shown = 0;
    this.opened = null;
  }

  filter() {
    const wanted = byId("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const [category, tier] = [byId("category").value, byId("tier").value];
    this.matching = this.fixtures.filter(
      (fixture, at) =>
        (!this.outcome || fixture.outcome === this.outcome) &&
        (!category || (fixture.guards || "–") === category) &&
        (!tier || fixture.tier === tier) &&
        wanted.every((word) => this.text(at).includes(word)),
    );
    this.shown = 0;
    byId("list").replaceChildren();
    this.more();
    const [count, all] = [this.matching.length.toLocaleString("en"), this.fixtures.length.toLocaleString("en")];
    byId("count").textContent = count === all ? `${all} fixtures` : `${count} of ${all} fixtures match`;
  }

  // What a search looks in: made when it is first asked for.
  text(at) {
    if (this.words[at] === null) {
      const fixture = this.fixtures[at];
      const trials = (fixture.pairs || []).flatMap(({ base, head }) => [base, head]).filter(Boolean);
      const answers = trials.map((trial) => trial.answer);
      this.words[at] = [fixture.id, fixture.title, fixture.guards, fixture.kind, ...answers].join("\n").toLowerCase();
    }
    return this.words[at];
  }

  more() {
    const next = this.matching.slice(this.shown, this.shown + PAGE);
    byId("list").append(...next.map((fixture) => this.row(fixture)));
    this.shown += next.length;
    const rest = this.matching.length - this.shown;
    byId("more").hidden = rest <= 0;
    byId("more").textContent = `Show ${Math.min(PAGE, rest)} more of ${rest.toLocaleString("en")}`;
  }

  row(fixture) {
    const counts = fixture.base ? make("span", { class: "counts" }, `${fixture.base} → ${fixture.head}`) : null;
    const link = make(
      "a",
      { href: `#fixture=${encodeURIComponent(fixture.id)}`, "aria-current": fixture === this.opened ? "true" : null },
      badge(OUTCOMES[fixture.outcome]),
      make("span", { class: "name" }, make("code", {}, fixture.id), make("small", {}, fixture.title)),
      counts,
    );
    return make("li", {}, link);
  }

  mark(fixture) {
    this.opened = fixture;
    for (const link of this.links()) link.removeAttribute("aria-current");
    const link = this.links()[this.matching.indexOf(fixture)];
    if (link) link.setAttribute("aria-current", "true");
  }

  links() {
    return [...byId("list").querySelectorAll("a")];
  }

  // Move the focus by some rows from where it is, or from the fixture that is open.
  move(by) {
    const links = this.links();
    const at = links.indexOf(document.activeElement);
    const from = at >= 0 ? at : this.matching.indexOf(this.opened);
    const to = Math.max(0, from + by);
    if (to >= links.length) this.more();
    const link = this.links()[Math.min(to, this.links().length - 1)];
    if (link) link.focus();
  }
}
