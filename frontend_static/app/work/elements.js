/** The elements of all tabs: each is defined by a module that is imported here, one line each. */

export {}
