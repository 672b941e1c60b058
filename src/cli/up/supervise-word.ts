/** The word that makes the executable a detached supervisor. */
export const SUPERVISE_WORD = '__supervise';
