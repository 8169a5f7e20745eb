/** The sentences of the work page, Chinese and English side by side; the catalogue holds them with all others. */

export const WORK = Object.freeze({
  "workTab.risks": { zh: "风险清单", en: "Risk list" },
  "workTab.submissions": { zh: "填报", en: "Submissions" },
  "workTab.review": { zh: "审核", en: "Review" },
  "workTab.downgrades": { zh: "降级", en: "Downgrades" },
  "workTab.coverage": { zh: "台账", en: "Coverage" },
  "workTab.import": { zh: "导入", en: "Import" },
  "work.noTabs": {
    zh: "您的角色在这里没有可办理的事项。需要填报、审核或查看清单的，请联系安全管理员授权。",
    en: "Your role has nothing to do here. Ask the security administrator for a role that reports, reviews or reads lists.",
  },
})
