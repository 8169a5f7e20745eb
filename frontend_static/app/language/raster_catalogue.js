/** The sentences about rasters, Chinese and English side by side; the catalogue holds them with all others. */

export const RASTER = Object.freeze({
  "raster.title": { zh: "密度", en: "Density" },
  "raster.estimate": { zh: "{unit}，估算，依据{origin}", en: "{unit}, an estimate by {origin}" },
  "raster.density": {
    zh: "{unit}；半径 {bandwidth} 米内，重大/较大/一般/低按 {weights} 加权，未评定的不计",
    en: "{unit}; within {bandwidth} m, major/considerable/general/low weighted {weights}; the ungraded weigh nothing",
  },
  "raster.onlyNow": { zh: "密度只有现在的，查看过去时不显示", en: "Density tells of now; a past moment has none" },
})
