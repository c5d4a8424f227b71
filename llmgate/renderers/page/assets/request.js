// What both arms were sent, as one text with what differs, and the documents with their rank on each arm.
function sent(turns) {
  if (!turns || !turns.length) return null;
  const changed = turns.filter((turn) => differs(turn.diff)).length;
  const told = changed ? `${changed} of ${turns.length} differ` : "the same on both arms";
  const rows = turns.map((turn) => make("li", {}, make("span", { class: "kind" }, turn.role), woven(turn.diff)));
  return folded("What was sent", told, changed > 0, make("ol", { class: "turns" }, rows));
}

function found(documents) {
  if (!documents || !documents.length) return null;
  const rows = documents.map((each) => {
    const place = make("span", { class: "faint" }, ` ${ranks(each)}`);
    return make("li", {}, make("code", {}, each.id), place, each.text ? words("Text of the document", each.text) : null);
  });
  return folded("Documents", String(documents.length), false, make("ul", { class: "documents" }, rows));
}

function ranks({ base, head, score }) {
  if (base === undefined && head === undefined) return "";
  const on = (arm, rank) => `${arm} ${rank ? `rank ${rank}` : "not found"}`;
  const rank = base === head ? `rank ${head}` : `${on("base", base)}, ${on("head", head)}`;
  return score === null || score === undefined ? rank : `${rank}, score ${score}`;
}
