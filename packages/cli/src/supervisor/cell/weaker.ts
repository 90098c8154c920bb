/** What a person accepts who starts an installation without cells. */
export const WEAKER =
  'Each agent could read the keys of all others, reach their sockets, the database and the internet.';
