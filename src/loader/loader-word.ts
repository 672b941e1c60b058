/** The word that makes the executable a loader: requests on its standard input, answers on its standard output, one line of JSON each. */
export const LOADER_WORD = '__load';
