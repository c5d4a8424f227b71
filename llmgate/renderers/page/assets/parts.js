// Small pieces that several places show.
const OUTCOMES = {
  broken: ["✗", "Broken", "bad"],
  worse: ["▼", "Looked worse", "open"],
  unanswered: ["!", "No answer", "bad"],
  new: ["＋", "New", "plain"],
  passed: ["✓", "Not worse", "good"],
  excepted: ["·", "Not counted", "plain"],
  skipped: ["–", "Skipped", "plain"],
};
const TRIALS = { passed: ["✓", "passed", "good"], failed: ["✗", "failed", "bad"], error: ["!", "no answer", "open"] };
const TIERS = { confirmed: "confirmed", likely: "likely", suspected: "suspected", clear: "clear", new: "new", excepted: "excepted" };

function badge([sign, words, tone]) {
  return make("span", { class: `badge ${tone}` }, make("span", { "aria-hidden": "true" }, `${sign} `), words);
}

// A sentence in parts, each with its kind.
function sentence(parts) {
  return parts.map(([kind, words]) => (kind === "text" ? words : make(kind, {}, words)));
}

// Text as it is, which scrolls where it is long: by the keyboard too.
function words(label, content, kind = "") {
  return make("div", { class: `words ${kind}`.trim(), tabindex: 0, role: "group", "aria-label": label }, content);
}

function folded(title, count, open, ...children) {
  const summary = make("summary", {}, title, count ? make("span", { class: "faint" }, ` ${count}`) : null);
  return make("details", { open }, summary, ...children);
}
