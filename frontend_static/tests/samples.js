/** A vocabulary and a district in the shape of the server's answers, with values that no product uses. */

function grade(code, key, hatch) {
  const tint = code ?? 9
  return {
    code,
    key,
    zh: key.toUpperCase(),
    en: key,
    letter: key[0],
    colour: `#${tint}00001`,
    stroke: `#${tint}00002`,
    text: `#${tint}00003`,
    hatch,
  }
}

export const VOCABULARY = {
  grades: [
    grade(1, "major", "cross"),
    grade(2, "considerable", "diagonal"),
    grade(3, "general", "dots"),
    grade(4, "low", "none"),
  ],
  ungraded: grade(null, "ungraded", "none"),
  sectors: [{ code: "industry", zh: "I", en: "Industry" }],
  receptor_kinds: [{ code: "school", zh: "S", en: "School" }],
  corridor_classes: [{ code: "railway", zh: "R", en: "Railway" }],
  operating_statuses: [],
  area_levels: [{ code: "township", zh: "T", en: "Township" }],
  group_kinds: [],
  area_rules: [{ id: "index", edition: "1", zh: "I", en: "Index", counts: "units", verified: false, source: "S" }],
}

export const DISTRICT = {
  code: "410411",
  name: "D",
  city: null,
  bounds: [113.07, 33.65, 113.38, 33.78],
  centre: [113.22, 33.71],
  outline: "indicative",
  is_demo: true,
  metric_crs: "EPSG:4547",
  metric_name: "GK 114",
  grade_basis: "inherent",
  townships: [
    { code: "410411001", name: "T1", bounds: [113.2, 33.7, 113.3, 33.75], label: [113.22, 33.71] },
    { code: "410411002", name: "T2", bounds: null, label: null },
  ],
  data_as_of: null,
}
