/** One assessment: the method, its scores with their words, where the product lies, and the standard or the source. */

import { html, nothing } from "lit"
import { gradeBadge } from "../grades/badge.js"
import { gradeOf } from "../grades/vocabulary.js"
import { icon } from "../shell/icons.js"
import { domain, store, text } from "../shell/page_store.js"
import { scaleBar } from "./scale_bar.js"

/** @import {Assessment, Clause, Factor, Scale} from "./explanation.js" */

/**
 * @param {string} key Which of the two risks it is about.
 * @param {Assessment} assessment
 */
export function assessmentCard(key, assessment) {
  const { language } = store.state
  const { method, grade, scale, factors, clauses, agrees, sentence } = assessment
  return html`
    <section class="assessment">
      <h5>
        <span>${text(key)}</span> ${gradeBadge(domain().vocabulary, grade)}
        <b>${gradeOf(domain().vocabulary, grade)[language]}</b>
        <span class="assessment-method">${method[language]}</span>
      </h5>
      ${factors.length > 0 ? html`<dl class="factors">${factors.map(factor)}</dl>` : nothing}
      ${product(assessment)} ${scale ? standard(scale) : nothing} ${clauses.map(clause)} ${declared(assessment)}
      ${agrees ? nothing : html`<p class="explanation-warning">${icon("warning")} ${sentence[language]}</p>`}
    </section>
  `
}

/** @param {Factor} factor */
function factor({ code, score, zh, en, score_zh, score_en }) {
  const isChinese = store.state.language === "zh"
  return html`
    <dt title=${isChinese ? zh : en}><b>${code}</b></dt>
    <dd><b>${score}</b> ${isChinese ? score_zh : score_en}<span class="visually-hidden">（${isChinese ? zh : en}）</span></dd>
  `
}

/** @param {Assessment} assessment */
function product({ value, factors, scale, band }) {
  if (value === null) return nothing
  const { language } = store.state
  const multiplied = factors.map(({ code }) => code).join(" × ")
  return html`
    <p class="product">${multiplied} = <b>${value}</b>${band ? html`<span>${band[language]}</span>` : nothing}</p>
    ${scale ? scaleBar(scale, value) : nothing}
  `
}

/** @param {Scale} scale */
function standard({ standard, edition, en, verified, source }) {
  const name = store.state.language === "zh" ? standard : en
  return html`
    <p class="standard">${text("explanation.standard", { name, edition })}</p>
    ${verified
      ? nothing
      : html`<details class="standard-doubt">
          <summary>${text("explanation.unverified")}</summary>
          <p lang="zh-CN">${source}</p>
        </details>`}
  `
}

/** @param {Clause} clause */
function clause({ standard, edition, number, grade, zh, en }) {
  const { language } = store.state
  return html`
    <p class="clause">
      ${gradeBadge(domain().vocabulary, grade)}
      <span>
        <b>${text("explanation.clause", { number })}</b> ${language === "zh" ? zh : en}
        <span class="standard">${text("explanation.standard", { name: standard, edition })}</span>
      </span>
    </p>
  `
}

/** @param {Assessment} assessment */
function declared({ source }) {
  return source ? html`<p class="standard">${text("explanation.bySource", { source })}</p>` : nothing
}
