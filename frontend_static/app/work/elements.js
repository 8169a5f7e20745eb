/** The elements of all tabs: each is defined by a module that is imported here, one line each. */

import "../importing/import_tab.js"
import "../lists/coverage_tab.js"
import "../lists/risk_list_tab.js"
import "../submissions/downgrades_tab.js"
import "../submissions/review_tab.js"
import "../submissions/submissions_tab.js"
