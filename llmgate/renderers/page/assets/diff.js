// Two texts written as one, in segments: −1 stands on the base alone, 1 on the head alone, 0 on both.
const SIDES = { base: -1, head: 1 };

function side(diff, arm) {
  return diff.filter(([fate]) => fate === 0 || fate === SIDES[arm]).map(segment);
}

function segment([fate, words]) {
  if (fate === 0) return words;
  return make(fate < 0 ? "del" : "ins", {}, words);
}

function differs(diff) {
  return diff.some(([fate]) => fate !== 0);
}

function woven(diff) {
  return words("What was sent", diff.map(segment));
}
