/** The fields of every kind of row: what they are called, how they are filled in, and who may. */

/** @import {Kind} from "./submission.js" */
/** @import {Tables} from "./tables.js" */

/**
 * @typedef {"line" | "code" | "text" | "whole" | "day" | "choice" | "yesno" | "grade" | "point" | "area" | "row" | "assessment" | "substances"} FieldType
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label Key of the message.
 * @property {FieldType} type
 * @property {string} [hint] Key of the message.
 * @property {string} [unit] Key of the message.
 * @property {string} [words] For a choice: the table of words that it is from.
 * @property {Kind} [of] For a row: which kind it may be.
 * @property {boolean} [isRequired]
 * @property {"offices" | "bureau"} [isFor] Who alone may change it; of a new enterprise every office may.
 * @property {boolean} [isWide]
 * @property {number} [maxlength]
 *
 * @typedef {{title: string, fields: readonly Field[]}} Section
 */

/** @type {Readonly<Record<Kind, readonly Section[]>>} */
export const SECTIONS = Object.freeze({
  enterprise: [
    {
      title: "section.identity",
      fields: [
        { name: "name", label: "enterpriseFact.name", type: "line", isRequired: true, isWide: true, maxlength: 200 },
        { name: "credit_code", label: "enterpriseFact.creditCode", type: "code", hint: "enterpriseFact.creditCodeHint", maxlength: 18 },
        { name: "credit_code_note", label: "enterpriseFact.creditCodeNote", type: "line", hint: "enterpriseFact.creditCodeNoteHint", maxlength: 500 },
        { name: "address", label: "enterpriseFact.address", type: "line", isWide: true, maxlength: 500 },
        { name: "operating_status", label: "enterpriseFact.operatingStatus", type: "choice", words: "operating_statuses", isRequired: true },
        { name: "industry_code", label: "enterpriseFact.industryCode", type: "code", hint: "enterpriseFact.industryCodeHint", maxlength: 8 },
      ],
    },
    {
      title: "section.belonging",
      fields: [
        { name: "township", label: "enterpriseFact.township", type: "choice", words: "townships", isFor: "bureau" },
        { name: "sector", label: "enterpriseFact.sector", type: "choice", words: "sectors", isFor: "bureau" },
        { name: "group", label: "enterpriseFact.group", type: "choice", words: "groups", isFor: "bureau" },
      ],
    },
    {
      title: "section.size",
      fields: [
        { name: "scale", label: "enterpriseFact.scale", type: "choice", words: "enterprise_scales" },
        { name: "is_above_scale", label: "enterpriseFact.isAboveScale", type: "yesno" },
        { name: "staff", label: "enterpriseFact.staff", type: "whole", unit: "unit.people" },
        { name: "chemical_code", label: "enterpriseFact.chemicalCode", type: "code", hint: "enterpriseFact.chemicalCodeHint", maxlength: 9 },
        { name: "demonstration", label: "enterpriseFact.demonstration", type: "choice", words: "demonstration", isFor: "offices" },
        { name: "demonstration_since", label: "enterpriseFact.demonstrationSince", type: "day", isFor: "offices" },
        { name: "review_due", label: "fact.reviewDue", type: "day", hint: "fact.reviewDueHint" },
      ],
    },
    {
      title: "section.place",
      fields: [
        { name: "location", label: "enterpriseFact.location", type: "point", hint: "place.pointHint" },
        { name: "outline", label: "enterpriseFact.outline", type: "area", isWide: true },
      ],
    },
  ],
  zone: [
    {
      title: "section.identity",
      fields: [
        { name: "name", label: "zoneFact.name", type: "line", isRequired: true, maxlength: 200 },
        { name: "code", label: "zoneFact.code", type: "code", maxlength: 64 },
        { name: "kind", label: "zoneFact.kind", type: "line", hint: "zoneFact.kindHint", maxlength: 64 },
        { name: "floor", label: "zoneFact.floor", type: "line", hint: "zoneFact.floorHint", maxlength: 64 },
        { name: "department", label: "zoneFact.department", type: "line", maxlength: 200 },
        { name: "most_people", label: "zoneFact.mostPeople", type: "whole", unit: "unit.people" },
        { name: "declared_grade", label: "zoneFact.declaredGrade", type: "grade", hint: "zoneFact.declaredGradeHint" },
        { name: "review_due", label: "fact.reviewDue", type: "day", hint: "fact.reviewDueHint" },
      ],
    },
    {
      title: "section.ground",
      fields: [{ name: "boundary", label: "zoneFact.boundary", type: "area", isRequired: true, isWide: true }],
    },
  ],
  risk_point: [
    {
      title: "section.identity",
      fields: [
        { name: "name", label: "pointFact.name", type: "line", isRequired: true, maxlength: 200 },
        { name: "kind", label: "pointFact.kind", type: "choice", words: "point_kinds", isRequired: true },
        { name: "zone_id", label: "pointFact.zone", type: "row", of: "zone", isRequired: true },
        { name: "location", label: "pointFact.location", type: "point", hint: "place.pointHint" },
      ],
    },
  ],
  risk_event: [
    {
      title: "section.event",
      fields: [
        { name: "name", label: "eventFact.name", type: "line", isRequired: true, isWide: true, hint: "eventFact.nameHint", maxlength: 500 },
        { name: "hazard_source", label: "eventFact.hazardSource", type: "line", isWide: true, maxlength: 500 },
        { name: "accident_edition", label: "eventFact.accidentEdition", type: "choice", words: "accident_editions", hint: "eventFact.accidentEditionHint" },
        { name: "accident_code", label: "eventFact.accident", type: "choice", words: "accident_types" },
        { name: "consequence", label: "eventFact.consequence", type: "line", isWide: true, maxlength: 500 },
        { name: "risk_point_id", label: "eventFact.riskPoint", type: "row", of: "risk_point", isRequired: true },
      ],
    },
    {
      title: "section.assessment",
      fields: [
        { name: "inherent", label: "eventFact.inherent", type: "assessment", hint: "eventFact.inherentHint" },
        { name: "residual", label: "eventFact.residual", type: "assessment", hint: "eventFact.residualHint" },
        { name: "assessed_by", label: "eventFact.assessedBy", type: "line", maxlength: 200 },
        { name: "assessed_on", label: "eventFact.assessedOn", type: "day" },
        { name: "review_due", label: "fact.reviewDue", type: "day", hint: "fact.reviewDueHint" },
      ],
    },
    {
      title: "section.responsible",
      fields: [
        { name: "control_level", label: "eventFact.controlLevel", type: "choice", words: "duties" },
        { name: "department", label: "eventFact.department", type: "line", maxlength: 200 },
        { name: "person", label: "eventFact.person", type: "line", maxlength: 200 },
      ],
    },
  ],
  measure: [
    {
      title: "section.measure",
      fields: [
        { name: "kind", label: "measureFact.kind", type: "choice", words: "measure_kinds", isRequired: true },
        { name: "data_source", label: "measureFact.dataSource", type: "choice", words: "data_sources" },
        { name: "description", label: "measureFact.description", type: "text", isRequired: true, isWide: true, maxlength: 4000 },
        { name: "check_content", label: "measureFact.checkContent", type: "line", isWide: true, maxlength: 500 },
        { name: "event_id", label: "measureFact.event", type: "row", of: "risk_event", isRequired: true, isWide: true },
      ],
    },
    {
      title: "section.national",
      fields: [
        { name: "class_1", label: "measureFact.class1", type: "choice", words: "classes_1" },
        { name: "class_2", label: "measureFact.class2", type: "choice", words: "classes_2" },
        { name: "class_3", label: "measureFact.class3", type: "line", maxlength: 200 },
      ],
    },
  ],
  person: [
    {
      title: "section.person",
      fields: [
        { name: "name", label: "personFact.name", type: "line", isRequired: true, maxlength: 200 },
        { name: "duty", label: "personFact.duty", type: "choice", words: "duties_and_contacts", isRequired: true },
        { name: "position", label: "personFact.position", type: "line", maxlength: 200 },
        { name: "phone", label: "personFact.phone", type: "code", hint: "personFact.phoneHint", maxlength: 20 },
        { name: "zone_id", label: "personFact.zone", type: "row", of: "zone", hint: "personFact.zoneHint" },
      ],
    },
  ],
  installation: [
    {
      title: "section.installation",
      fields: [
        { name: "name", label: "installationFact.name", type: "line", isRequired: true, maxlength: 200 },
        { name: "code", label: "installationFact.code", type: "code", maxlength: 36 },
        { name: "kind", label: "installationFact.kind", type: "choice", words: "installation_kinds", isRequired: true },
      ],
    },
    {
      title: "section.substances",
      fields: [
        { name: "substances", label: "installationFact.substances", type: "substances", isRequired: true, isWide: true },
        { name: "people_500m", label: "installationFact.people", type: "whole", unit: "unit.people" },
        { name: "people_basis", label: "installationFact.peopleBasis", type: "choice", words: "people_bases" },
      ],
    },
    {
      title: "section.ground",
      fields: [{ name: "boundary", label: "installationFact.boundary", type: "area", isWide: true }],
    },
  ],
})

/** What a new row of a kind says before anybody has written of it. @type {Readonly<Partial<Record<Kind, Record<string, unknown>>>>} */
export const AT_FIRST = Object.freeze({
  enterprise: { operating_status: "operating" },
  risk_point: { kind: "place" },
})

/**
 * The facts that a new row of a kind begins with; a new event, with the edition of the accident types that holds today.
 * @param {Kind} kind
 * @param {Pick<Tables, "accident_edition">} tables
 * @returns {Record<string, unknown>}
 */
export function atFirst(kind, { accident_edition }) {
  return { ...AT_FIRST[kind], ...(kind === "risk_event" ? { accident_edition } : {}) }
}

/**
 * @param {Kind} kind
 * @returns {readonly Field[]}
 */
export function fieldsOf(kind) {
  return SECTIONS[kind].flatMap(({ fields }) => fields)
}

/**
 * @param {Kind} kind
 * @param {string} name
 * @returns {Field | undefined}
 */
export function fieldOf(kind, name) {
  return fieldsOf(kind).find(field => field.name === name)
}
